package engine_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// approximate are cases of which the wanted figures are rounded, to be met within
// a tolerance of their own that the script does not know. pipe gives the figures
// that Great Expectations itself gave on PostgreSQL.
var approximate = []string{
	"expect_column_quantile_values_to_be_between/0/basic_positive_test_normal_quantiles",
	"expect_column_quantile_values_to_be_between/0/basic_positive_test_uneven_spacing",
}

// Great Expectations' own cases lie beside the checkout, and are asked of pipe
// as any user would ask.
func TestGreatExpectationsAgrees(t *testing.T) {
	script, err := filepath.Abs("../../shared/conformance/run.py")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skip("the cases are not beside the checkout")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3, which the cases are asked with")
	}
	program := filepath.Join(t.TempDir(), "pipe")
	test, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(test, program); err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, target string) {
		if strings.HasPrefix(target, "postgres") {
			if _, err := exec.LookPath("psql"); err != nil {
				t.Skip("there is no psql, which loads the cases")
			}
		}
		var out bytes.Buffer
		cmd := exec.Command(python, script, "-v", "--pipe", program, "--target", target)
		cmd.Stdout, cmd.Stderr = &out, &out
		err := cmd.Run() // exits 1 when any case does not agree
		total := regexp.MustCompile(`(?m)^AGREE (\d+) of (\d+)$`).FindStringSubmatch(out.String())
		if total == nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		var differ []string
		for _, line := range regexp.MustCompile(`(?m)^ {7}(\S+/\S*): (.*)$`).FindAllStringSubmatch(out.String(), -1) {
			if slices.Contains(approximate, line[1]) {
				differ = append(differ, line[1])
			} else {
				t.Errorf("%s: %s", line[1], line[2])
			}
		}
		agree, _ := strconv.Atoi(total[1])
		asked, _ := strconv.Atoi(total[2])
		if asked < 400 || agree+len(differ) != asked {
			t.Errorf("%s, and %d are rounded", total[0], len(differ))
		}
	})
}
