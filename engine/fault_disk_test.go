package engine_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tells runs pipe with a variable of the environment and looks that each of
// wanted is said, whatever the width.
func tells(t *testing.T, exit int, dir, variable string, wanted []string, args ...string) {
	t.Helper()
	cmd, out := pipe(dir, args...)
	cmd.Env = append(cmd.Env, variable)
	_ = cmd.Run() // the code says it
	said := strings.Join(strings.Fields(out.String()), " ")
	if got := cmd.ProcessState.ExitCode(); got != exit {
		t.Errorf("exit %d, want %d:\n%s", got, exit, out)
	}
	for _, want := range wanted {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

// Bad rows beyond memory go to the folder for temporary files: where that cannot
// be written nothing lands, and the file that was read is not accused.
func TestTheTemporaryFolderCannotBeWritten(t *testing.T) {
	rows := make([]string, 12_000)
	for i := range rows {
		rows[i] = fmt.Sprintf("%d,x,%s", i, strings.Repeat("n", 100))
	}
	rows = append(rows, "99999,1,good")
	small := smallDisk(t, "64k")
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "", rows...)
		for _, folder := range []string{filepath.Join(dir, "none"), small} {
			if folder == "" {
				continue
			}
			tells(t, 3, dir, "TMPDIR="+folder, []string{"error[temporary_folder]", "keeping bad rows", "in step stage.items", "TMPDIR", "nothing was changed"}, itemsRun(target)...)
		}
		if left := ask(t, target, "SELECT status, count(*) FROM RECORDS.runs GROUP BY status"); len(left) != 1 || !strings.HasPrefix(left[0], "failed|") {
			t.Errorf("the runs are %s", left)
		}
		exits(t, 0, dir, itemsRun(target)...)
		noLeftovers(t, target)
	})
}

// smallDisk is a file system of a size; empty where none can be made.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	folder := t.TempDir()
	if os.Geteuid() != 0 || exec.Command("mount", "-t", "tmpfs", "-o", "size="+size+",mode=777", "tmpfs", folder).Run() != nil {
		t.Log("no disk can be filled here: only root mounts file systems")
		return ""
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	})
	return folder
}

// A SQLite file whose lock cannot be written down is told as what it is, and
// so is a disk on which not even the first page finds room.
func TestADiskWithoutRoomForTheLock(t *testing.T) {
	disk := smallDisk(t, "1m")
	if disk == "" {
		t.Skip("no disk can be filled here")
	}
	dir := items(t, "", "1,1,a")
	target := "sqlite:" + filepath.Join(disk, "target.db")
	exits(t, 0, dir, itemsRun(target)...)
	fill := func() {
		t.Helper()
		out, err := exec.Command("dd", "if=/dev/zero", "of="+filepath.Join(disk, "ballast"), "bs=4096").CombinedOutput()
		if err == nil {
			t.Fatalf("the disk is not full: %s", out)
		}
	}
	fill()
	tells(t, 3, dir, "", []string{"error[database]", "make room", "nothing was changed"}, itemsRun(target)...)
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	// Somebody who reads keeps the files of the log; the lock alone finds no room.
	db, session := open(t, target, "reader")
	fill()
	tells(t, 3, dir, "", []string{"error[database]", "target.db.lock", "no space left", "the disk of the database is full: make room", "nothing was changed"}, itemsRun(target)...)
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	done(t, db, session)
	exits(t, 0, dir, itemsRun(target)...)
	if left, err := os.ReadDir(disk); err != nil || len(left) != 1 {
		t.Errorf("beside the database there are %v, %v", left, err)
	}
}

// Where a report cannot be written nothing is loaded: a run that did, and ended
// as if it had not, would be begun again for nothing.
func TestReportsCannotBeWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "", "1,1,a")
		write(t, filepath.Join(dir, "reports"), "a file")
		run := []string{"run", "spec.yaml", "--target", target, "--progress", "none", "--var", "file=items.csv"}
		tells(t, 3, dir, "", []string{"error[report_folder]", "reports is no folder", "nothing was changed", "--report none"}, run...)
		tells(t, 3, dir, "", []string{"error[report_folder]", "reports is no folder"}, append(run, "--report", "reports/deep/er")...)
		tells(t, 3, dir, "", []string{`"code":"report_folder"`, `"published":false`}, append(run, "--format", "json")...)
		tells(t, 0, dir, "", []string{"succeeded"}, append(run, "--dry-run")...)
		tells(t, 0, dir, "", []string{"succeeded"}, append(run, "--report", "none")...)
		if got := ask(t, target, "SELECT count(*) FROM RECORDS.runs"); got[0] != "1" {
			t.Errorf("%s runs are recorded", got)
		}
	})
}

// A report for which there is no room when the run is over does not undo it, and
// does not hide it.
func TestNoRoomForTheReport(t *testing.T) {
	disk := smallDisk(t, "16k")
	if disk == "" {
		t.Skip("no disk can be filled here")
	}
	write(t, filepath.Join(disk, "ballast"), strings.Repeat("x", 12<<10))
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "", "1,1,a")
		run := []string{"run", "spec.yaml", "--target", target, "--progress", "none", "--var", "file=items.csv", "--report", disk}
		tells(t, 3, dir, "", []string{"succeeded", "the run is over (succeeded), but its report could not be written", "no space left"}, run...)
		tells(t, 3, dir, "", []string{"the run is over (unchanged), but"}, run...)
		if got := ask(t, target, "SELECT count(*) FROM items"); got[0] != "1" {
			t.Errorf("the table has %s rows", got)
		}
	})
	if left, err := filepath.Glob(filepath.Join(disk, ".report-*")); err != nil || len(left) > 0 {
		t.Errorf("half a report is left: %v, %v", left, err)
	}
}
