package profile

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A reference is guessed where the name says so and every value bears it out.
func TestReferences(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string // by table
		want  []string
		types []string // table.column type
	}{
		{"the key's own name", map[string]string{"users": "user_id\na\nb\n", "labels": "user_id,v\nb,1\na,2\n"},
			[]string{"labels.user_id -> users.user_id"}, nil},
		{"the table's name before id", map[string]string{"customers": "id\n1\n2\n", "orders": "order_no,customer_id\nA1,2\nA2,2\nA3,\n"},
			[]string{"orders.customer_id -> customers.id"}, nil},
		{"a plural of y", map[string]string{"countries": "code\nFR\nDE\n", "towns": "town_no,country_code\n1,FR\n2,FR\n"},
			[]string{"towns.country_code -> countries.code"}, nil},
		{"a value that is not there", map[string]string{"customers": "id\n1\n2\n", "orders": "order_no,customer_id\nA1,2\nA2,3\n"}, nil, nil},
		{"ids of their own", map[string]string{"a": "id\n1\n2\n", "b": "id\n1\n2\n"}, nil, nil},
		{"a parent of text makes text", map[string]string{"customers": "customer_id\n7\nX1\n", "orders": "order_no,customer_id\nA1,7\nA2,7\n"},
			[]string{"orders.customer_id -> customers.customer_id"}, []string{"orders.customer_id text"}},
		{"a leading zero is no number", map[string]string{"customers": "customer_id\n7\n8\n", "orders": "order_no,customer_id\nA1,007\nA2,7\n"}, nil, []string{"orders.customer_id text"}},
		{"a larger parent", map[string]string{"customers": "customer_id\n7\n99999999999\n", "orders": "order_no,customer_id\nA1,7\nA2,7\n"},
			[]string{"orders.customer_id -> customers.customer_id"}, []string{"orders.customer_id bigint"}},
		{"two keys alike, and no name that decides", map[string]string{"prices": "sku\na\nb\n", "stock": "sku\na\nb\n"}, nil, nil},
		{"two keys, one holding the other", map[string]string{"prices": "sku\na\n", "stock": "sku\na\nb\n"}, []string{"prices.sku -> stock.sku"}, nil},
		{"two that would do", map[string]string{"prices": "sku\na\nb\n", "stock": "sku\na\nb\nc\n", "sales": "sale_no,sku\n1,a\n2,a\n"},
			[]string{"prices.sku -> stock.sku"}, nil},
		{"each names the other", map[string]string{"teams": "team_id,user_id\n1,1\n2,2\n", "users": "user_id,team_id\n1,1\n2,2\n"},
			[]string{"teams.user_id -> users.user_id"}, nil},
		{"nothing but NULL", map[string]string{"users": "user_id\na\n", "labels": "n,user_id\n1,\n2,\n"}, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			var profiles []*Profile
			for table, text := range tt.files {
				file := filepath.Join(dir, table+".csv")
				if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				p, err := File(context.Background(), file, FileOptions{})
				if err != nil {
					t.Fatal(err)
				}
				profiles = append(profiles, p)
			}
			slices.SortFunc(profiles, func(a, b *Profile) int { return strings.Compare(a.Table, b.Table) })
			list, err := References(context.Background(), profiles)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range list {
				got = append(got, fmt.Sprintf("%s.%s -> %s.%s", r.Table, r.Column, r.Parent, r.Key))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			for _, p := range profiles {
				for _, c := range p.Columns {
					for _, want := range tt.types {
						if name := p.Table + "." + c.Name; strings.HasPrefix(want, name+" ") && want != name+" "+c.Type.String() {
							t.Errorf("%s is %s, want %s", name, c.Type, want)
						}
					}
				}
			}
		})
	}
}
