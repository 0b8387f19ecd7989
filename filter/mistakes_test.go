package filter

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

// Commit a rewritten golden file only if you understand the change.
var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

var mistakes = []string{
	// words and operators that are slips of the pen or of another language
	"name LKIE 'a%'", "temp BETWEENN 1 AND 2", "site INN ('A')", "a = 1 ANT b = 2", "a = 1 ro b = 2",
	"a == 1", "a === 1", "a =< 1", "a => 1", "a =! 1", "a = 1 && b = 2", "a = 1 || b = 2", "! a = 1",
	"a = 1 AND !(b = 2)", "a =~ 'x'", "30 == a", "a EQ 5", "name CONTAINS 'x'", "a ! b",
	// quotes
	`type = "A"`, `type <> "A b"`, `"a" = "b"`, `LOWER(a) = "b"`, "a = 'x", `"a = 1`, "[a = 1",
	`x = 'it\'s'`, "x = 'it's'", "a = ‘x’", `type IN ("A", 'B')`, `name LIKE "a%"`, "EXISTS('a')",
	// what is missing
	"", "   ", "a = 1 b = 2", "a = 1 'x'", "a 'x'", "a = ", "a = 1 AND", "AND a = 1", "NOT", "(a = 1",
	"a = 1)", "(a = 1 b = 2)", "(a = 1 'x')", "(a = 1 ANT b = 2)", "a = 1 ;", "a IN 'x'", "a IN ()", "a IN (,)", "a IN ('x' 'y')", "a IN ('x',)", "a IN ('x'", "a BETWEEN 1",
	"a BETWEEN 1 OR 2", "EXISTS a", "EXISTS(a", "EXISTS(a, b)", "PREFIX(a)", "PREFIX(a, b)", "()",
	// one side alone
	"temp", "temp AND a = 1", "30", "'x'", "NULL", "temp.", "'x' LIKE 'a'", "30 BETWEEN a AND b",
	// three sides
	"10 < temp < 30", "temp > 3 > 2", "a = b = c",
	// NULL
	"a = NULL", "a <> NULL", "a < NULL", "NULL = a", "NULL = NULL", "a IN ('x', NULL)", "a IS 5", "a IS NOT 5",
	"a IS TRUE",
	// NOT
	"a NOT = 5", "a NOT > 5", "a NOT 5", "a NOT", "a NOT NULL", "a NOT b",
	// what is compared with what
	"a > '30'", "a < 'abc'", "a >= TRUE", "1 = '1'", "'a' < 'b'", "a BETWEEN 'b' AND 'a'",
	"a BETWEEN '1' AND '2'", "a BETWEEN 2 AND 1", "a BETWEEN 'a' AND 2", "a BETWEEN 2 AND 'a'", "a BETWEEN TRUE AND FALSE",
	"a BETWEEN NULL AND 1", "LOWER(a) BETWEEN 1 AND 2", "LENGTH(a) BETWEEN 'x' AND 'y'", "a BETWEEN LOWER(b) AND 'x'",
	"true = 'a'", "'a' = FALSE", "TRUE = 1", "LOWER(a) = 3", "3 = UPPER(a)", "LENGTH(a) = 'x'", "LENGTH(a) = '3'", "LOWER(a) > 3",
	"LOWER(a) < UPPER(b)", "LOWER(a) IN (1)", "LENGTH(a) IN ('x')", "LENGTH(a) IN ('3')", "LENGTH(a) LIKE 'x'",
	"LOWER(a) IS NULL", "a + b IS NULL", "a IN (b + 1)", "a LIKE 3", "a IN (b)",
	"a LIKE 'x' ESCAPE 'xx'", "a LIKE 'x' ESCAPE ''", `a LIKE 'C:\dir' ESCAPE '\'`, `a LIKE 'x\' ESCAPE '\'`,
	// what there is none of
	"a IN (1) + 2", "a = 1 AND (b = 2) % 3", "(a = 1) * 2", "* 2 > 3", "/", "a > * 2", "a % 2 = 0", "a = b % 2", "5 % 2 = 1", "a > %", "IS_DEFINED(a)", "SUFFIX(a, 'x')", "LCASE(a) = 'x'", "LEN(a) > 1",
	"LOWR(a) = 'x'", "a > LEN(b)", "a + LEN(b) > 1", "LEN(a) + 1 > 2",
	"EXIST(a)", "newid() = 1", "a = CAST(1)", "sys.Label = 'x'", "$body.temp > 3", "$connectionModuleId = 'x'",
	"a = @p", "device-id = 'x'", "a.b.c = 3", "user.in = 3", "a -- comment", "a = 1 -- comment",
	// arithmetic
	"a + 'x' > 3", "a + '3' > 4", "'x' + 1 = 2", "a > 'b' + 1", "-'x' = 1", "- TRUE = 1", "TRUE + 1 = 2", "a * NULL > 1",
	"LOWER(a) + 1 > 2", "a / 0 > 1", "a / (1 - 1) > 1", "a > 1e308 * 10", "a + > 3", "a + b", "LENGTH(a)", "LOWER(a)",
	"(a + b) * 2", "a + b c", "a + b 'x'", "(a + 1 > 3", "((a + b) * 2 > 3", "(a + b", "(a OR b) > 1", "(a = 1) > 2", "a > (b",
	"a > (b OR c)", "LENGTH(a + b) > 1", "LENGTH(a > 1", "LOWER('x') = 'x'", "LOWER(LOWER(a)) = 'x'", "LOWER() = 'x'",
	"LENGTH(a, b) > 1", "a-b > 1", "a -- b > 1", "10 < a + b < 30", "(a) b", "(a) == 1", "`a` = 1",
	// numbers
	"a = 30C", "a = 5x", "a = 0a", "a = 0x1F", "a = 5L", "a = 1e", "a = 1e999", "a = 1.2.3", "a = 1_000", "a = 1,5",
	// keywords as names
	"in = 'x'", "between > 3", "a = LIKE",
	// more than a condition
	"WHERE a = 1", "SELECT * FROM x WHERE a = 1", "FROM /messages/* WHERE a = 1 INTO $upstream",
	`{"kind": ["cpu"]}`,
	// places
	"a = 1\nAND b LKIE 'x'\nOR c = 2", "größe = 1 AND\tname LKIE 'x'", "a = '\n\n' AND\r\n b == 1",
	"a = 'x\x00'", "a = \xff", "a = \x1b[31m",
	strings.Repeat("a = 1 AND ", 20) + "b == 2" + strings.Repeat(" AND a = 1", 20),
	"a = '" + strings.Repeat("x", 200) + "' 'y'",
	strings.Repeat("verylongname", 20) + " == 1",
}

func TestMistakes(t *testing.T) {
	var b strings.Builder
	for _, text := range mistakes {
		f, err := Parse(text)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, %v", text, f, err)
			continue
		}
		if f.String() != "FALSE" {
			t.Errorf("%s: the filter beside the error lets messages through", text)
		}
		b.WriteString(e.Render() + "\n")
	}
	golden(t, "testdata/mistakes.golden", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks, wanted := strings.Split(got, "\n\n"), strings.Split(string(want), "\n\n")
	for i := range max(len(blocks), len(wanted)) {
		if i >= len(blocks) || i >= len(wanted) || blocks[i] != wanted[i] {
			t.Fatalf("%s differs in block %d; got:\n%s", path, i, got)
		}
	}
}
