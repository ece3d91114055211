package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkReader tells MB/s for rows of the shapes that the seeds have.
func BenchmarkReader(b *testing.B) {
	shapes := []struct{ name, header, row, encoding string }{
		{"plain", "user_id,watch_hours_30d,avg_session_mins_7d,unique_devices_30d,skips_7d,rebuffer_events_7d\n",
			"7590-VHVEG,24.483650766787413,29.14104464084511,3,4,1\n", ""},
		{"short fields", "a,b,c,d,e,f,g,h,i,j\n", "1,2,3,4,5,6,7,8,9,10\n", ""},
		{"accents", "user_id,name,city\n", "7590-VHVEG,Zoé Lefèvre,Saint-Étienne\n", ""},
		{"windows-1252", "user_id,name,city\n", "7590-VHVEG,Zo\xe9 Lef\xe8vre,Saint-\xc9tienne\n", "windows-1252"},
		{"quoted", "user_id,name,city\n", "\"7590-VHVEG\",\"Lefevre, Zoe \"\"Z\"\"\",\"Paris\"\n", ""},
	}
	for _, s := range shapes {
		b.Run(s.name, func(b *testing.B) {
			rows := 16 << 20 / len(s.row)
			path := filepath.Join(b.TempDir(), "rows.csv")
			if err := os.WriteFile(path, append([]byte(s.header), bytes.Repeat([]byte(s.row), rows)...), 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(s.header) + rows*len(s.row)))
			b.ReportAllocs()
			for b.Loop() {
				if n := countRows(b, path, s.encoding); n != rows {
					b.Fatalf("%d rows, want %d", n, rows)
				}
			}
		})
	}
}

func countRows(tb testing.TB, path, encoding string) int {
	tb.Helper()
	r, err := Open(context.Background(), path, Options{Header: true, Encoding: encoding})
	if err != nil {
		tb.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	}()
	for n := 0; ; n++ {
		if _, err := r.Next(); err == io.EOF {
			return n
		} else if err != nil {
			tb.Fatal(fmt.Errorf("row %d: %w", n, err))
		}
	}
}
