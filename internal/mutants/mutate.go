package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// node notes the mutations of one node, and tells whether there may be some below it.
func (f *finder) node(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		if f.asserts(n.Cond) {
			return false
		}
		f.condition(n.Cond)
		f.block(n.Body.Lbrace+1, n.Body.List)
	case *ast.ForStmt:
		if n.Cond != nil {
			f.add("negate a condition", n.Cond.Pos(), n.Cond.End(), "!("+f.textOf(n.Cond)+")")
		}
		f.block(n.Body.Lbrace+1, n.Body.List)
	case *ast.RangeStmt:
		f.block(n.Body.Lbrace+1, n.Body.List)
	case *ast.CaseClause:
		f.clause(n)
	case *ast.CommClause:
		f.block(n.Colon+1, n.Body)
	case *ast.BinaryExpr:
		f.operator(n)
	case *ast.CallExpr:
		f.arguments(n)
	case *ast.BasicLit:
		f.constant(n)
	case *ast.Ident:
		f.truth(n)
	case ast.Stmt:
		return f.statement(n)
	}
	return true
}

// statement notes what can be done to a whole statement.
func (f *finder) statement(n ast.Stmt) bool {
	switch n := n.(type) {
	case *ast.ExprStmt:
		if f.asserts(n.X) {
			return false
		}
		f.drop(n)
	case *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt:
		f.drop(n)
	case *ast.IncDecStmt:
		f.drop(n)
		f.add("change an operator", n.TokPos, n.End(), opposite[n.Tok])
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			break
		}
		f.drop(n)
		if o := opposite[n.Tok]; o != "" {
			f.add("change an operator", n.TokPos, n.TokPos+token.Pos(len(n.Tok.String())), o)
		}
	case *ast.BranchStmt:
		f.branch(n)
	case *ast.ReturnStmt:
		f.result(n)
	}
	return true
}

func (f *finder) drop(n ast.Stmt) { f.add("drop a statement", n.Pos(), n.End(), "") }

// asserts tells whether something belongs to assertion builds only: nobody notices it in others.
func (f *finder) asserts(e ast.Expr) bool { return strings.HasPrefix(f.textOf(e), "assert.") }

// condition notes the mutations of an if: without its check, and with the opposite one.
func (f *finder) condition(cond ast.Expr) {
	text := f.textOf(cond)
	kind := "drop a check"
	if b, ok := cond.(*ast.BinaryExpr); ok && b.Op == token.NEQ && f.textOf(b.Y) == "nil" && isError(f.textOf(b.X)) {
		kind = "drop an error check"
	}
	f.add(kind, cond.Pos(), cond.End(), "false && ("+text+")")
	if b, ok := cond.(*ast.BinaryExpr); !ok || opposite[b.Op] == "" || b.Op == token.LAND || b.Op == token.LOR {
		f.add("negate a condition", cond.Pos(), cond.End(), "!("+text+")")
	}
}

func isError(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "err") || strings.HasSuffix(name, "error") || strings.HasSuffix(name, "fault")
}

// clause notes that a case may be missing, and that it may do nothing.
func (f *finder) clause(n *ast.CaseClause) {
	f.block(n.Colon+1, n.Body)
	if len(n.List) > 0 {
		f.add("drop a case", n.Pos(), n.End(), "")
	}
}

// block notes that a block may return before it does anything.
func (f *finder) block(begin token.Pos, body []ast.Stmt) {
	if len(body) == 0 {
		return
	}
	if _, returns := body[0].(*ast.ReturnStmt); returns {
		return
	}
	zeros := make([]string, len(f.results))
	for i, t := range f.results {
		zeros[i] = "*new(" + t + ")"
	}
	early := strings.TrimSuffix(" return "+strings.Join(zeros, ", "), " ") + ";"
	f.add("return early", begin, begin, early)
}

// result notes that an error may be forgotten.
func (f *finder) result(n *ast.ReturnStmt) {
	last := len(n.Results) - 1
	if last < 0 || last != len(f.results)-1 || f.results[last] != "error" {
		return
	}
	if text := f.textOf(n.Results[last]); text != "nil" {
		f.add("drop an error", n.Results[last].Pos(), n.Results[last].End(), "error(nil)")
	}
}

// branch notes that a loop may end, or go on, where it should not.
func (f *finder) branch(n *ast.BranchStmt) {
	if len(f.loops) == 0 || n.Tok != token.BREAK && n.Tok != token.CONTINUE {
		return
	}
	f.drop(n)
	f.add("swap break and continue", n.Pos(), n.Pos()+token.Pos(len(n.Tok.String())), opposite[n.Tok])
}

// opposite is what a token becomes. With < and its kin that is the boundary; with == the negation.
var opposite = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
	token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&",
	token.ADD: "-", token.SUB: "+", token.MUL: "/", token.QUO: "*", token.REM: "*",
	token.AND: "|", token.OR: "&", token.SHL: ">>", token.SHR: "<<", token.AND_NOT: "&",
	token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+=", token.MUL_ASSIGN: "/=", token.QUO_ASSIGN: "*=",
	token.OR_ASSIGN: "&=", token.AND_ASSIGN: "|=", token.INC: "--", token.DEC: "++",
	token.BREAK: "continue", token.CONTINUE: "break",
}

// kinds names what becomes of an operator, where it is not just another one.
var kinds = map[token.Token]string{
	token.LSS: "move a boundary", token.LEQ: "move a boundary", token.GTR: "move a boundary", token.GEQ: "move a boundary",
	token.EQL: "negate a condition", token.NEQ: "negate a condition",
}

// negation is what a comparison of order becomes when it is not its boundary that moves.
var negation = map[token.Token]string{token.LSS: ">=", token.LEQ: ">", token.GTR: "<=", token.GEQ: "<"}

func (f *finder) operator(n *ast.BinaryExpr) {
	from, to := n.OpPos, n.OpPos+token.Pos(len(n.Op.String()))
	if o := opposite[n.Op]; o != "" {
		kind := kinds[n.Op]
		if kind == "" {
			kind = "change an operator"
		}
		f.add(kind, from, to, o)
	}
	if o := negation[n.Op]; o != "" {
		f.add("negate a condition", from, to, o)
	}
	if n.Op == token.SUB || n.Op == token.QUO || n.Op == token.REM {
		f.add("swap operands", n.Pos(), n.End(), f.textOf(n.Y)+" "+n.Op.String()+" "+f.textOf(n.X))
	}
}

// arguments notes that two neighbours may be swapped; those of different types do not compile.
func (f *finder) arguments(n *ast.CallExpr) {
	last := len(n.Args) - 1
	if n.Ellipsis.IsValid() {
		last--
	}
	for i := range max(last, 0) {
		a, b := n.Args[i], n.Args[i+1]
		f.add("swap arguments", a.Pos(), b.End(), f.textOf(b)+", "+f.textOf(a))
	}
}

// constant notes that a number, or a character, may be another one. Texts are left alone: words are
// compared by golden files or by nobody.
func (f *finder) constant(n *ast.BasicLit) {
	switch n.Kind {
	case token.INT, token.FLOAT, token.CHAR:
		f.add("change a constant", n.Pos(), n.End(), "("+n.Value+" + 1)")
		if n.Value != "0" && n.Kind != token.CHAR {
			f.add("change a constant", n.Pos(), n.End(), "("+n.Value+" - 1)")
		}
	}
}

func (f *finder) truth(n *ast.Ident) {
	switch n.Name {
	case "true":
		f.add("change a constant", n.Pos(), n.End(), "false")
	case "false":
		f.add("change a constant", n.Pos(), n.End(), "true")
	}
}
