package server

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"assay/store"
)

// The answers of all other tests are held against openapi.json, which requires
// a hint; this finds the problems that no test provokes.
func TestNoProblemIsWithoutAHint(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	empty := func(e ast.Expr) bool {
		l, ok := e.(*ast.BasicLit)
		return ok && l.Value == `""`
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if name, ok := n.Type.(*ast.Ident); !ok || name.Name != "problem" {
					return true
				}
				found++
				var code ast.Expr
				hinted := false
				for _, e := range n.Elts {
					pair := e.(*ast.KeyValueExpr)
					switch pair.Key.(*ast.Ident).Name {
					case "Code":
						code = pair.Value
					case "Hint":
						hinted = !empty(pair.Value)
					}
				}
				if !hinted {
					t.Errorf("%s: the problem with code %v has no hint", file, code)
				}
			case *ast.CallExpr:
				name, ok := n.Fun.(*ast.Ident)
				if !ok || name.Name != "invalid" && name.Name != "conflict" && name.Name != "forbidden" {
					return true
				}
				found++
				if empty(n.Args[len(n.Args)-1]) {
					t.Errorf("%s: a call of %s gives no hint", file, name.Name)
				}
			}
			return true
		})
	}
	if found < 50 {
		t.Errorf("only %d problems found", found)
	}
	for _, err := range []error{
		errors.New("any"), store.ErrNotFound, store.ErrCursor, store.ErrConflict, store.ErrState, &http.MaxBytesError{Limit: 1},
		context.Canceled, context.DeadlineExceeded, echo.ErrNotFound, echo.ErrMethodNotAllowed, echo.NewHTTPError(418, "teapot"),
	} {
		if p := asProblem(err); p.Code == "" || p.Detail == "" || p.Hint == "" {
			t.Errorf("%v: %+v", err, p)
		}
	}
}
