package rules

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
)

// path is a chain of fields from a variable, "d.chip.authenticity", or the question whether a field is known,
// "has(d.chip)". Almost all of a condition is such paths; this finds their values by the vocabulary alone, in a fraction of
// the time that CEL's own attributes need, which can be more than they have to be here.
type path struct {
	id       int64
	variable string
	fields   []func(any) ref.Val
	has      bool
}

// ID implements the interpretable.
func (p *path) ID() int64 { return p.id }

// Exec implements the interpretable.
func (p *path) Exec(frame *interpreter.ExecutionFrame) ref.Val { return p.Eval(frame) }

// Eval implements the interpretable.
func (p *path) Eval(vars cel.Activation) ref.Val {
	object, _ := vars.ResolveName(p.variable)
	value, ok := object.(ref.Val)
	if !ok {
		return types.NewErr("no variable %s", p.variable)
	}
	for _, field := range p.fields {
		if types.IsUnknown(value) {
			break
		}
		if value = field(value); value == nil {
			value = unknown
		}
	}
	if p.has {
		return types.Bool(!types.IsUnknown(value))
	}
	return value
}

// paths finds the paths of a condition, by the number of the expression.
func (c *compiler) paths(checked *ast.AST) map[int64]*path {
	found := map[int64]*path{}
	inner := map[int64]bool{} // what is but the beginning of a longer path
	ast.PreOrderVisit(checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.SelectKind || inner[e.ID()] {
			return
		}
		p := &path{id: e.ID(), has: e.AsSelect().IsTestOnly()}
		of := e
		for of.Kind() == ast.SelectKind {
			s := of.AsSelect()
			a, ok := c.vocabulary.objects[checked.GetType(s.Operand().ID()).TypeName()][s.FieldName()]
			if !ok {
				return // a constant, "limit.x"
			}
			p.fields = append([]func(any) ref.Val{a.get}, p.fields...)
			of = s.Operand()
			inner[of.ID()] = true
		}
		if of.Kind() != ast.IdentKind || p.has && len(p.fields) > 1 {
			return // has(d.chip.reported) asks whether d.chip is known first: CEL's own way
		}
		p.variable = of.AsIdent()
		found[p.id] = p
	}))
	return found
}

// direct has CEL evaluate the paths by themselves.
func direct(paths map[int64]*path) cel.ProgramOption {
	return cel.CustomDecoratorV2(func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		if p, ok := paths[i.ID()]; ok {
			return p, nil
		}
		return i, nil
	})
}
