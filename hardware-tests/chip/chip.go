package chip

import (
	"crypto/rand"
	"slices"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// Chip is one virtual chip. It is used by one goroutine at a time.
type Chip struct {
	cfg   Config
	hooks Hooks
	state
}

// state is all that a reset forgets.
type state struct {
	number  int // APDUs since the last reset
	inLDS   bool
	current *File
	open    bool // BAC or PACE has succeeded
	session *session
	next    *session // replaces session once the response is sealed
	bac     []byte   // the challenge of GET CHALLENGE, good for one try
	pace    *pace
	agree   *Agreement // chosen by MSE:Set AT for chip authentication
	chain   []byte     // the parts of a chained command so far
	chainID [3]byte    // its INS, P1, P2

	kind       string // what the command at hand was taken for
	parameters *Parameters
}

// Kinds lists what Exchange.Kind can be.
var Kinds = []string{
	"select-master", "select-application", "select", "read", "get-challenge", "external-authenticate", "mse-pace", "mse-ca",
	"mse-kat", "pace-1", "pace-2", "pace-3", "pace-4", "ca", "internal-authenticate", "other",
}

// New makes a chip. The configuration must not be altered afterwards.
func New(cfg Config) *Chip {
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.MaxResponse <= 0 || cfg.MaxResponse > maxPlainResponse {
		cfg.MaxResponse = maxPlainResponse
	}
	if cfg.MaxCommand <= 0 || cfg.MaxCommand > maxExtendedCommand {
		cfg.MaxCommand = maxExtendedCommand
	}
	if cfg.ATR == nil {
		cfg.ATR = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
	}
	return &Chip{cfg: cfg}
}

// ATR is the answer to reset.
func (c *Chip) ATR() []byte { return slices.Clone(c.cfg.ATR) }

// Reset takes the power away and gives it back: keys and selections are forgotten.
func (c *Chip) Reset() { c.state = state{} }

// Hooks let a fault injector have its way at the points where a real chip can go wrong. Any of them may be nil.
type Hooks struct {
	// Before sees the command; when it gives a response, the chip does nothing else with it.
	Before func(*Exchange) (response []byte, done bool)
	// Plain may alter Data and Status before they are protected.
	Plain func(*Exchange)
	// Sealing may alter Objects before the authentication code is made.
	Sealing func(*Exchange)
	// Sealed may alter Objects, the authentication code among them.
	Sealed func(*Exchange)
	// After may alter Response.
	After func(*Exchange)
	// Agreed sees the shared secret of every key agreement, in full length.
	Agreed func(secret []byte)
}

// Exchange is one command and its response on their way through the chip.
type Exchange struct {
	// Number counts the commands since the last reset, from 1.
	Number int
	// Raw is the command as it came. Command is its plain form, once known.
	Raw     []byte
	Command Command
	// Kind says what the chip took the command for, such as read or pace-2; see Kinds.
	Kind string
	// File is the identifier of the file that is current after the command, 0 for none, and LDS whether it lies in the
	// travel document application.
	File uint16
	LDS  bool
	// Parameters are those of the PACE or chip authentication that the command belongs to, or nil.
	Parameters *Parameters
	// Secure says that the command came under secure messaging, and that it was good.
	Secure bool
	// Data and Status are the plain response.
	Data   []byte
	Status uint16
	// Objects are the secure messaging objects of the response.
	Objects []tlv.Object
	// Response is what the terminal gets. Empty means that the chip is gone.
	Response []byte
}

func (c *Chip) agreed(secret []byte) {
	if c.hooks.Agreed != nil && secret != nil {
		c.hooks.Agreed(slices.Clone(secret))
	}
}

// SetHooks installs a fault injector in place of the one before.
func (c *Chip) SetHooks(h Hooks) { c.hooks = h }

// Transmit answers one command APDU with a response APDU of at least two octets. It never panics, whatever comes in; nil
// says that the chip is gone, which only a fault injector brings about.
func (c *Chip) Transmit(command []byte) []byte {
	c.number++
	ex := &Exchange{Number: c.number, Raw: command}
	parsed, ok := parseCommand(command)
	ex.Command = parsed
	if c.hooks.Before != nil {
		if response, done := c.hooks.Before(ex); done {
			return response
		}
	}
	c.kind, c.parameters = "other", nil
	c.answer(ex, ok)
	if c.hooks.After != nil {
		c.hooks.After(ex)
	}
	return ex.Response
}

// answer fills in the response.
func (c *Chip) answer(ex *Exchange, wellFormed bool) {
	cmd := ex.Command
	var active *session
	switch {
	case !wellFormed || cmd.Extended && !c.cfg.ExtendedLength || len(ex.Raw) > c.cfg.MaxCommand:
		ex.Status = swWrongLength
		c.drop()
	case cmd.CLA&^(classSecure|classChaining) != 0 || cmd.CLA&classSecure != 0 && cmd.CLA&classSecure != classSecure:
		ex.Status = swWrongCLA
		c.drop()
	case cmd.CLA&classSecure == 0:
		// A plain command ends the session (Doc 9303-11 §9.8.1), and is then looked at with no rights.
		if c.session != nil {
			c.drop()
		}
		ex.Data, ex.Status = c.perform(cmd, c.budget(cmd))
	case c.session == nil:
		ex.Status = swObjectMissing
		c.drop()
	default:
		plain, sw := c.session.open(cmd)
		if sw != swOK {
			ex.Status = sw
			c.drop()
			break
		}
		active, ex.Secure, ex.Command = c.session, true, plain
		ex.Data, ex.Status = c.perform(plain, active.room(c.budget(cmd)))
	}
	ex.Kind, ex.Parameters, ex.LDS = c.kind, c.parameters, c.inLDS
	if c.current != nil {
		ex.File = c.current.ID
	}
	if c.hooks.Plain != nil {
		c.hooks.Plain(ex)
	}
	if active == nil {
		ex.Response = append(slices.Clone(ex.Data), byte(ex.Status>>8), byte(ex.Status))
	} else {
		c.seal(ex, active)
	}
	if c.next != nil {
		c.session, c.next = c.next, nil
	}
}

func (c *Chip) seal(ex *Exchange, s *session) {
	ex.Objects = s.seal(ex.Command.INS&1 == 1, ex.Data, ex.Status)
	if c.hooks.Sealing != nil {
		c.hooks.Sealing(ex)
	}
	ex.Objects = append(ex.Objects, s.sign(ex.Objects))
	if c.hooks.Sealed != nil {
		c.hooks.Sealed(ex)
	}
	ex.Response = append(join(ex.Objects), byte(ex.Status>>8), byte(ex.Status))
}

// budget is how many octets the response's data field may have, secure messaging included.
func (c *Chip) budget(cmd Command) int {
	if cmd.Extended {
		return c.cfg.MaxResponse
	}
	return maxShortResponse
}

// drop ends a session and whatever it opened.
func (c *Chip) drop() {
	number, inLDS := c.number, c.inLDS
	c.state = state{number: number, inLDS: inLDS}
}

// perform carries out a plain command; room is how many octets it may give.
func (c *Chip) perform(cmd Command, room int) (data []byte, sw uint16) {
	if len(c.chain) > 0 && c.chainID != [3]byte{cmd.INS, cmd.P1, cmd.P2} {
		c.chain = nil // a chain that is not continued is forgotten
		if cmd.CLA&classChaining != 0 && cmd.INS != insGeneralAuth {
			return nil, swLastExpected
		}
	}
	if cmd.CLA&classChaining != 0 && cmd.INS != insGeneralAuth && cmd.INS != insMSE {
		return nil, swChainingUnsupported
	}
	if cmd.INS != insExternalAuth {
		defer func(before []byte) {
			if before != nil {
				c.bac = nil // a challenge must be answered by the next command
			}
		}(c.bac)
	}
	switch cmd.INS {
	case insSelect:
		return c.selectFile(cmd)
	case insReadBinary, insReadBinaryOdd:
		return c.readBinary(cmd, room)
	case insGetChallenge:
		return c.getChallenge(cmd)
	case insExternalAuth:
		return c.externalAuthenticate(cmd)
	case insMSE:
		return c.manageSecurityEnvironment(cmd)
	case insGeneralAuth:
		return c.generalAuthenticate(cmd)
	case insInternalAuth:
		return c.internalAuthenticate(cmd, room)
	case insGetResponse:
		return nil, swConditions
	default:
		return nil, swWrongINS
	}
}

// access says whether the files behind BAC or PACE are open.
func (c *Chip) access() bool { return c.open || !c.cfg.BAC && len(c.cfg.PACE) == 0 }

// Kind says what the chip took the last command for, one of Kinds.
func (c *Chip) Kind() string { return c.kind }
