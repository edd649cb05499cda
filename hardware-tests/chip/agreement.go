package chip

import (
	"errors"
	"io"
	"math/big"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
)

// Parameters are the domain parameters of a key agreement: a curve or a group.
type Parameters struct {
	// Curve is set for ECDH, Group for DH; exactly one of them.
	Curve *domain.Curve
	Group *domain.Group
}

// ParametersByID gives the standardized domain parameters with an identifier of Doc 9303-11 table 6.
func ParametersByID(id int) (Parameters, bool) {
	p := Parameters{domain.CurveByID(id), domain.GroupByID(id)}
	return p, p.Curve != nil || p.Group != nil
}

// ID is the identifier in Doc 9303-11 table 6, or -1 when the parameters are not standardized.
func (p Parameters) ID() int {
	if p.Curve != nil {
		return p.Curve.ID
	}
	return p.Group.ID
}

// element is a public key: a point, or a number.
type element struct {
	point domain.Point
	y     *big.Int
}

var errElement = errors.New("not a public key of the group")

func (p Parameters) generator() element {
	if p.Curve != nil {
		return element{point: p.Curve.G}
	}
	return element{y: p.Group.G}
}

func (p Parameters) order() *big.Int {
	if p.Curve != nil {
		return p.Curve.N
	}
	return p.Group.Q
}

// Key draws a private key.
func (p Parameters) Key(random io.Reader) (*big.Int, error) {
	if p.Curve != nil {
		return p.Curve.Scalar(random)
	}
	return p.Group.Scalar(random)
}

// times applies a scalar to an element: k·E, or E to the power of k.
func (p Parameters) times(k *big.Int, e element) element {
	return remembered(product{p.Curve, p.Group, number(k), number(e.y), number(e.point.X), number(e.point.Y)}, func() element { return p.compute(k, e) })
}

func (p Parameters) compute(k *big.Int, e element) element {
	if p.Curve != nil {
		return element{point: p.Curve.Mul(k, e.point)}
	}
	return element{y: new(big.Int).Exp(e.y, k, p.Group.P)}
}

// combine applies the group's operation to two elements.
func (p Parameters) combine(a, b element) element {
	if p.Curve != nil {
		return element{point: p.Curve.Add(a.point, b.point)}
	}
	y := new(big.Int).Mul(a.y, b.y)
	return element{y: y.Mod(y, p.Group.P)}
}

// neutral says whether an element is the neutral one.
func (p Parameters) neutral(e element) bool {
	if p.Curve != nil {
		return e.point.Infinity()
	}
	return e.y.Cmp(big.NewInt(1)) == 0
}

// Encode writes a public key as the protocols send it: an uncompressed point, or a number as long as the prime.
func (p Parameters) encode(e element) []byte {
	if p.Curve != nil {
		return p.Curve.Encode(e.point)
	}
	return e.y.FillBytes(make([]byte, p.Group.Size()))
}

// decode reads a public key and refuses what is none: a point off the curve, a number of small order.
func (p Parameters) decode(b []byte) (element, error) {
	if p.Curve != nil {
		point, err := p.Curve.Decode(b)
		return element{point: point}, err
	}
	if len(b) > p.Group.Size() {
		return element{}, errElement
	}
	y := new(big.Int).SetBytes(b)
	if !p.Group.Valid(y) {
		return element{}, errElement
	}
	return element{y: y}, nil
}

// secret is what a shared element contributes to key derivation: the x-coordinate in full length, or the number in full
// length (Doc 9303-11 §9.6).
func (p Parameters) secret(e element) []byte {
	if p.Curve != nil {
		return e.point.X.FillBytes(make([]byte, p.Curve.Size()))
	}
	return e.y.FillBytes(make([]byte, p.Group.Size()))
}

// tag is the tag of a public key inside an authentication token's data object 7F49 (TR-03110-3 §D.3): 86 for a point,
// 84 for a number.
func (p Parameters) tag() uint32 {
	if p.Curve != nil {
		return 0x86
	}
	return 0x84
}

// PublicKey gives the encoded public key that belongs to a private key.
func (p Parameters) PublicKey(private *big.Int) []byte {
	return p.encode(p.times(private, p.generator()))
}
