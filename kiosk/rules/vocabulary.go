package rules

import (
	"fmt"
	"reflect"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// What conditions can speak of. Every fact that is not known evaluates to CEL's unknown value, so that a condition that
// rests on it is neither true nor false: `unknown || true` is true, `unknown && true` is unknown.

var (
	applicantType   = cel.ObjectType("Applicant")
	documentType    = cel.ObjectType("Document")
	chipType        = cel.ObjectType("Chip")
	witnessType     = cel.ObjectType("Witness")
	findingType     = cel.ObjectType("Finding")
	requirementType = cel.ObjectType("Requirement")
)

// unknown is the value of a fact that is not known.
var unknown = types.NewUnknown(0, nil)

// attribute is one field of an object: its type, and how to get it; get gives nil for what is not known.
type attribute struct {
	typ *cel.Type
	get func(subject any) ref.Val
}

// vocabulary is the objects with their fields. It grows while a pack is compiled, by its classes, findings and
// requirements, and is only read afterwards.
type vocabulary struct {
	*types.Registry
	objects map[string]map[string]attribute
}

func newVocabulary() (*vocabulary, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}
	return &vocabulary{Registry: registry, objects: map[string]map[string]attribute{
		applicantType.TypeName(): {
			"date_of_birth": date(func(s *subject) Date { return s.facts.Applicant.DateOfBirth }),
			"has_cpr":       boolean(func(s *subject) *bool { return s.facts.Applicant.HasCPR }),
			"lawful_stay":   word(func(s *subject) string { return string(s.facts.Applicant.LawfulStay) }),
			"fixed_address": boolean(func(s *subject) *bool { return s.facts.Applicant.FixedAddress }),
			"guardianship":  boolean(func(s *subject) *bool { return s.facts.Applicant.Guardianship }),
			"can_appear":    boolean(func(s *subject) *bool { return s.facts.Applicant.CanAppear }),
			"abroad":        boolean(func(s *subject) *bool { return s.facts.Applicant.Abroad }),
			"user_id_valid": boolean(func(s *subject) *bool { return s.userIDValid() }),
		},
		witnessType.TypeName(): {
			"present":             boolean(func(s *subject) *bool { return s.facts.Witness.Present }),
			"date_of_birth":       date(func(s *subject) Date { return s.facts.Witness.DateOfBirth }),
			"mitid_since":         date(func(s *subject) Date { return s.facts.Witness.MitIDSince }),
			"sworn_statement":     boolean(func(s *subject) *bool { return s.facts.Witness.SwornStatement }),
			"vouched_in_120_days": number(func(s *subject) *int { return s.facts.Witness.VouchedIn120Days }),
			"document":            {documentType, func(s any) ref.Val { return s.(*subject).witnessDocument }},
		},
		documentType.TypeName(): {
			"type":            {cel.StringType, func(s any) ref.Val { return s.(*shown).typeValue }},
			"kind":            {cel.StringType, func(s any) ref.Val { return s.(*shown).kindValue }},
			"issuer":          word(func(d *shown) string { return d.document.Issuer }),
			"territory":       word(func(d *shown) string { return string(d.document.Territory) }),
			"date_of_expiry":  date(func(d *shown) Date { return d.document.DateOfExpiry }),
			"date_of_issue":   date(func(d *shown) Date { return d.document.DateOfIssue }),
			"provisional":     boolean(func(d *shown) *bool { return d.document.Provisional }),
			"photo":           boolean(func(d *shown) *bool { return d.document.Photo }),
			"shows_cpr":       boolean(func(d *shown) *bool { return d.document.ShowsCPR }),
			"travel_document": boolean(func(d *shown) *bool { return d.document.TravelDocument }),
			"chip":            {chipType, func(s any) ref.Val { return s.(*shown).chip }},
		},
		chipType.TypeName(): {
			"authenticity": word(func(c *chipSubject) string { return string(c.chip.Authenticity) }),
			"clone_check":  word(func(c *chipSubject) string { return string(c.chip.CloneCheck) }),
			"reported":     word(func(c *chipSubject) string { return string(c.chip.Reported) }),
			"holder_match": word(func(c *chipSubject) string { return string(c.chip.HolderMatch) }),
			"codes":        {cel.ListType(cel.StringType), func(s any) ref.Val { return s.(*chipSubject).codes }},
		},
		findingType.TypeName():     {},
		requirementType.TypeName(): {},
	}}, nil
}

// The makers of attributes turn what is absent into nil.

func boolean[S any](get func(S) *bool) attribute {
	return attribute{cel.BoolType, func(s any) ref.Val {
		if b := get(s.(S)); b != nil {
			return types.Bool(*b)
		}
		return nil
	}}
}

func word[S any](get func(S) string) attribute {
	return attribute{cel.StringType, func(s any) ref.Val {
		if text := get(s.(S)); text != "" {
			return types.String(text)
		}
		return nil
	}}
}

func number[S any](get func(S) *int) attribute {
	return attribute{cel.IntType, func(s any) ref.Val {
		if n := get(s.(S)); n != nil {
			return types.Int(*n)
		}
		return nil
	}}
}

func date[S any](get func(S) Date) attribute {
	return attribute{cel.TimestampType, func(s any) ref.Val {
		if d := get(s.(S)); !d.IsZero() {
			return types.Timestamp{Time: d.Time()}
		}
		return nil
	}}
}

// FindStructType implements the type provider.
func (v *vocabulary) FindStructType(name string) (*types.Type, bool) {
	if _, ok := v.objects[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return v.Registry.FindStructType(name)
}

// FindStructFieldNames implements the type provider.
func (v *vocabulary) FindStructFieldNames(name string) ([]string, bool) {
	fields, ok := v.objects[name]
	if !ok {
		return v.Registry.FindStructFieldNames(name)
	}
	names := make([]string, 0, len(fields))
	for field := range fields {
		names = append(names, field)
	}
	return names, true
}

// FindStructFieldType implements the type provider.
func (v *vocabulary) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	fields, ok := v.objects[name]
	if !ok {
		return v.Registry.FindStructFieldType(name, field)
	}
	a, ok := fields[field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{
		Type: a.typ,
		IsSet: func(target any) bool {
			if types.IsUnknown(asValue(target)) {
				return false
			}
			value := a.get(target)
			return value != nil && !types.IsUnknown(value)
		},
		GetFrom: func(target any) (any, error) {
			if types.IsUnknown(asValue(target)) {
				return unknown, nil
			}
			if value := a.get(target); value != nil {
				return value, nil
			}
			return unknown, nil
		},
	}, true
}

func asValue(target any) ref.Val {
	value, _ := target.(ref.Val)
	return value
}

// subjectValue makes a Go value an object of CEL; conditions reach it through its attributes alone.
type subjectValue struct{ typ *types.Type }

// Type implements ref.Val.
func (v subjectValue) Type() ref.Type { return v.typ }

// Equal implements ref.Val: objects are not compared.
func (v subjectValue) Equal(ref.Val) ref.Val {
	return types.NewErr("objects of the facts cannot be compared")
}

// ConvertToNative implements ref.Val.
func (v subjectValue) ConvertToNative(reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s has no native form", v.typ)
}

// ConvertToType implements ref.Val.
func (v subjectValue) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("%s cannot be converted to %s", v.typ, t.TypeName())
}

// functions are what conditions can call beside CEL's own.
func functions() []cel.EnvOption {
	dateFunction := func(name string, apply func(Date, int) Date) cel.EnvOption {
		return cel.Function(name, cel.Overload(name+"_timestamp_int",
			[]*cel.Type{cel.TimestampType, cel.IntType}, cel.TimestampType,
			cel.BinaryBinding(func(day, n ref.Val) ref.Val {
				count := n.(types.Int)
				if count < -maxDateStep || count > maxDateStep {
					return types.NewErr("%s: more than %d", name, maxDateStep)
				}
				return types.Timestamp{Time: apply(dayOf(day), int(count)).Time()}
			})))
	}
	return []cel.EnvOption{
		// age(birth, day): the full years that are reached on the day.
		cel.Function("age", cel.Overload("age_timestamp_timestamp",
			[]*cel.Type{cel.TimestampType, cel.TimestampType}, cel.IntType,
			cel.BinaryBinding(func(birth, day ref.Val) ref.Val { return types.Int(dayOf(birth).Age(dayOf(day))) }))),
		// days_after(day, n) and months_after(day, n): the day n days or months later.
		dateFunction("days_after", Date.AddDays),
		dateFunction("months_after", Date.AddMonths),
	}
}

// maxDateStep bounds the days or months that a condition can add, so that no date leaves the calendar.
const maxDateStep = 40_000

func dayOf(v ref.Val) Date { return DateOf(v.(types.Timestamp).In(time.UTC)) }
