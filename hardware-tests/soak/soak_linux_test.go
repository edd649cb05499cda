// Package soak plays a counter's day: one citizen after another at a running window, from a seed.
package soak

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/draw"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/display"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/memory"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/mrtd/lds"
	decode "github.com/skranke/skranke/mrtd/lds/face"
)

var (
	duration = flag.Duration("soak.duration", 0, "how long the day lasts; a few visits when zero")
	every    = flag.Int("soak.every", 1, "search memory and files after every n-th visit alone, so that there is time for more visits")
	seed     = flag.Uint64("soak.seed", 0, "the day's seed; drawn when zero")
)

func TestMain(m *testing.M) {
	decode.RunChild()
	os.Exit(m.Run())
}

// few is how many visits a day has whose length nobody asked for, at each face: every way that a visit can go, once.
const few = 6

type attack struct{ name, profile string }

// attacks are the ways to cheat, each on a document that it fits.
var attacks = []attack{
	{"clone", "danish-passport-2023"},
	{"clone-bare-9000", "danish-passport-2023"},
	{"clone-keep-keys", "german-passport-2017"},
	{"substitute-dg14", "danish-passport-2012"},
	{"substitute-dg15", "japanese-passport-2020"},
	{"strip-dg14", "dutch-passport-2024"},
	{"swap-face", "swedish-passport-2022"},
	{"own-pki", "norwegian-passport-2020"},
	{"mirror", "danish-passport-2023"},
	{"bare-9000", "icelandic-passport-2019"},
	{"naked", "danish-passport-2023"},
}

// ways are how a visit can go.
var ways = []string{"honest", "attack", "lifted", "lifted and laid back", "wrong lines", "abandoned"}

// players are the faces: what is typed behind the lines, which keys end a visit, and the verdict's place in what the log tells.
var players = []struct {
	command string
	typed   []string
	end     []string
}{
	{command: "desk", end: []string{"ctrl+n"}},
	{command: "kiosk", typed: []string{"Return"}, end: []string{"F4", "F4"}}, // as a reader of printed lines types, and Start over, confirmed
}

// byLines lists the profiles that open with the printed lines.
func byLines() []string {
	var names []string
	for _, name := range specimen.Profiles() {
		if name != "danish-residence-permit" { // its chip opens with the CAN alone
			names = append(names, name)
		}
	}
	return names
}

// document makes the document of a profile, spoilt by a script.
func document(t *testing.T, profile string, seed uint64, script *fault.Script) *specimen.Document {
	t.Helper()
	p, err := specimen.Load(profile)
	if err != nil {
		t.Fatal(err)
	}
	d, err := script.Make(p, seed, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDay plays visits at the desk and at the kiosk: no verdict is wrong, no visit gets stuck, nothing of a citizen is left in
// a process that lives on or in a file, and the program takes no more of the machine in the evening than in the morning.
func TestDay(t *testing.T) {
	rig.Require(t)
	if *every < 1 {
		t.Fatal("-soak.every takes a number from 1")
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano()) // #nosec G115 -- it is positive
	}
	t.Logf("seed %d; again by: -soak.seed %[1]d", *seed)
	program := rig.Program(t)
	trust, profiles, tricks := t.TempDir(), byLines(), attacks
	if *duration == 0 { // to make them all takes longer than the visits
		random := rand.New(rand.NewPCG(*seed, 0))
		random.Shuffle(len(profiles), func(i, j int) { profiles[i], profiles[j] = profiles[j], profiles[i] })
		profiles = profiles[:2]
		tricks = attacks[random.IntN(len(attacks)):][:1]
	}
	trusted := slices.Clone(profiles)
	for _, a := range tricks {
		trusted = append(trusted, a.profile)
	}
	slices.Sort(trusted)
	for _, profile := range slices.Compact(trusted) {
		d := document(t, profile, 7, &fault.Script{})
		for name, content := range map[string][]byte{profile + ".der": d.CSCA.Certificate, profile + ".crl": d.CRL} {
			if err := os.WriteFile(filepath.Join(trust, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, player := range players {
		t.Run(player.command, func(t *testing.T) {
			s := &screen{display.Open(t, 1366, 768), t}
			f := s.start(program, player.command, "--reader", rig.Slot0, "--trust", trust, "--crl", trust)
			day := &day{t: t, screen: s, face: f, random: rand.New(rand.NewPCG(*seed, uint64(i)+1)), profiles: profiles, attacks: tricks, typed: player.typed, end: player.end}
			t.Cleanup(func() { s.keep("failed-" + player.command) })
			end := time.Now().Add(*duration / time.Duration(len(players)))
			f.begins()
			for n := 0; n < few || time.Now().Before(end); n++ {
				if day.visit(n); t.Failed() {
					return
				}
			}
			day.balance()
			counts.Print(t, "soak: %d visits at the %s, misjudged: 0, secrets found in their visit %d, afterwards: 0", len(day.usage), player.command, day.found)
		})
	}
}

// day is the counter's day.
type day struct {
	t        *testing.T
	screen   *screen
	face     *face
	random   *rand.Rand
	profiles []string
	attacks  []attack
	// typed are the keys behind the lines, end those that end a visit.
	typed, end []string
	// usage is what the program took of the machine after each visit, without those of the visit itself.
	usage []memory.Usage
	files []string
	found int
}

// visit plays one citizen.
func (d *day) visit(n int) {
	t := d.t
	way := ways[n%len(ways)]
	if n >= len(ways) {
		way = ways[d.random.IntN(len(ways))]
	}
	script, profile, attack := &fault.Script{}, d.profiles[d.random.IntN(len(d.profiles))], ""
	if way == "attack" {
		a := d.attacks[d.random.IntN(len(d.attacks))]
		attack, profile = a.name, a.profile
		var err error
		if script, err = fault.Parse(attack); err != nil {
			t.Fatal(err)
		}
	}
	d7 := document(t, profile, 7, script)
	t.Logf("visit %d: %s %s %s", n+1, way, profile, attack)
	mine, err := memory.Children(d.face.pid)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Join(d7.MRZ, "")
	if way == "wrong lines" {
		lines = strings.Join(document(t, profile, 8, script).MRZ, "")
	}
	c := chip.New(d7.Chip)
	script.Arm(c)
	var slot *vpcd.Slot
	if way != "abandoned" { // which is before anything was laid on the reader
		slot = d.lay(c, way)
	}
	var secrets []memory.Secret // none: this visit is not searched
	if n%*every == 0 {
		secrets = d.unknown(mine, d.secrets(d7))
	}
	d.screen.stands()
	d.screen.Command("xdotool", "type", "--delay", "2", lines)
	d.press(d.typed)
	switch way {
	case "abandoned":
		d.mustHold(mine, secrets[:min(1, len(secrets))]) // the lines that were typed, and no more
	case "wrong lines":
		got, open := d.face.outcome(), profile == "utopian-open" // whose chip asks for no lines: they only differ from its own
		if open && got.Authenticity != "undetermined" || !open && got.Code != "wrong_password" {
			t.Errorf("wrong lines: %+v", got)
		}
	case "lifted":
		if got := d.face.outcome(); got.Code != "card_removed" && got.Code != "link_lost" {
			t.Errorf("a lifted document: %+v", got)
		}
	case "lifted and laid back":
		if got := d.face.outcome(); got.Code != "card_removed" && got.Code != "link_lost" {
			t.Errorf("a lifted document: %+v", got)
		}
		<-slot.Done()
		slot = d.lay(chip.New(d7.Chip), "honest")
		fallthrough
	case "honest":
		if got := d.face.outcome(); got.Authenticity != "genuine" {
			t.Errorf("an honest document: %+v", got)
		}
		d.mustHold(mine, secrets)
	case "attack":
		if got := d.face.outcome(); got.Authenticity != "counterfeit" && got.Authenticity != "undetermined" {
			t.Errorf("%s: %+v", attack, got)
		}
	}
	if t.Failed() {
		return
	}
	d.press(d.end)
	d.face.begins()
	if slot != nil {
		slot.Remove()
	}
	d.nothingLeft(secrets)
}

// press presses keys one after another.
func (d *day) press(keys []string) {
	for _, key := range keys {
		d.screen.Command("xdotool", "key", key)
	}
}

// lay lays a chip on the reader; one that is to be lifted takes itself away in the middle of its work.
func (d *day) lay(c *chip.Chip, way string) *vpcd.Slot {
	d.t.Helper()
	var card vpcd.Card = c
	if strings.HasPrefix(way, "lifted") {
		card = &leaving{Chip: c, after: 6 + d.random.IntN(6)}
	}
	slot, err := vpcd.Insert(context.Background(), rig.Address0, card, 10*time.Second)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(slot.Remove)
	return slot
}

// secrets are what nobody may find of a citizen once the visit is over.
func (d *day) secrets(document *specimen.Document) []memory.Secret {
	t := d.t
	t.Helper()
	middle := document.MRZ[len(document.MRZ)-2]
	if len(document.MRZ) == 2 {
		middle = document.MRZ[1]
	}
	images, err := lds.ParseDG2(document.Files["EF.DG2"])
	if err != nil {
		t.Fatal(err)
	}
	encoded := images[0].Data
	name := document.MRZ[0][5:]
	if len(document.MRZ) == 3 {
		name = document.MRZ[2]
	}
	pixels, err := decode.Decode(context.Background(), encoded)
	if err != nil {
		t.Fatal(err)
	}
	bounds := pixels.Bounds()
	row := image.NewNRGBA(image.Rect(0, 0, 24, 1))
	best := 0
	for y := bounds.Min.Y; y < bounds.Max.Y; y += 7 { // a piece of a row that is like no other
		for x := bounds.Min.X; x+24 < bounds.Max.X; x += 11 {
			piece := image.NewNRGBA(row.Bounds())
			draw.Draw(piece, piece.Bounds(), pixels, image.Pt(x, y), draw.Src)
			colours := map[[4]byte]bool{}
			for p := range slices.Chunk(piece.Pix, 4) {
				colours[[4]byte(p)] = true
			}
			if len(colours) > best {
				best, row = len(colours), piece
			}
		}
	}
	half := len(encoded) / 2
	return []memory.Secret{
		memory.Text("the document number and date of birth in the lines", middle[:18]),
		memory.Text("the name in the lines", strings.TrimRight(name[:min(len(name), 25)], "<")),
		memory.Text("the document number", document.Number),
		memory.Text("the date of birth", document.Birth.Format(time.DateOnly)),
		memory.Bytes("the photo as the chip has it", encoded[half:half+48]),
		memory.Bytes("the photo as it is shown", row.Pix),
	}
}

// mustHold shows that the search finds what there is: the processes of a visit hold what is the citizen's.
func (d *day) mustHold(pids []int, secrets []memory.Secret) {
	t := d.t
	t.Helper()
	if len(secrets) == 0 {
		return
	}
	var found []string
	for end := time.Now().Add(display.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		found = nil
		for _, pid := range pids {
			names, err := memory.Search(pid, secrets)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, names...)
		}
		if !slices.ContainsFunc(secrets, func(s memory.Secret) bool { return !slices.Contains(found, s.Name) }) {
			d.found += len(secrets)
			return
		}
	}
	t.Errorf("in the visit only %q is found: the search is worth nothing", found)
}

// unknown leaves out what a process holds before it has seen anything of the citizen: a date of birth may be the date of a rule.
func (d *day) unknown(pids []int, secrets []memory.Secret) []memory.Secret {
	d.t.Helper()
	for _, pid := range pids {
		known, err := memory.Search(pid, secrets)
		if err != nil {
			d.t.Fatal(err)
		}
		secrets = slices.DeleteFunc(secrets, func(s memory.Secret) bool { return slices.Contains(known, s.Name) })
	}
	if len(secrets) < 5 {
		d.t.Fatalf("only %d things are left to look for", len(secrets))
	}
	return secrets
}

// nothingLeft searches every process that lives on, and every file, once the processes of the visit have ended.
func (d *day) nothingLeft(secrets []memory.Secret) {
	t := d.t
	t.Helper()
	var living []int
	for end := time.Now().Add(display.Patience); ; time.Sleep(50 * time.Millisecond) { // the last one may still be on its way out
		children, err := memory.Children(d.face.pid)
		if err != nil {
			t.Fatal(err)
		}
		if living = append(children, d.face.pid); len(living) == 3 { // with the visit that has begun, and the one that waits
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d processes live on", len(living))
		}
	}
	for _, pid := range living {
		if len(secrets) == 0 {
			break
		}
		found, err := memory.Search(pid, secrets)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			t.Errorf("after the visit a process still holds %q", found)
		}
	}
	u, err := memory.Measure(d.face.pid)
	if err != nil {
		t.Fatal(err)
	}
	d.usage = append(d.usage, u)
	files := d.everyFile(secrets)
	if d.files != nil && !slices.Equal(files, d.files) {
		t.Errorf("the visit has left files: %q, before %q", files, d.files)
	}
	d.files = files
}

// everyFile lists the files where the program may write, and searches them.
func (d *day) everyFile(secrets []memory.Secret) []string {
	d.t.Helper()
	var files []string
	err := filepath.WalkDir(d.screen.Home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, s := range secrets {
			if slices.ContainsFunc(s.Forms, func(form []byte) bool { return bytes.Contains(content, form) }) {
				d.t.Errorf("%s holds %s", path, s.Name)
			}
		}
		files = append(files, path)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return files
}

// balance compares the evening with the morning.
func (d *day) balance() {
	t := d.t
	t.Helper()
	morning, evening := d.usage[1], d.usage[len(d.usage)-1]
	t.Logf("the program that lives on: morning %+v, evening %+v", morning, evening)
	if evening.Resident > morning.Resident+16<<20 || evening.Threads > morning.Threads+8 || evening.Descriptors > morning.Descriptors+2 {
		t.Errorf("it grows: morning %+v, evening %+v", morning, evening)
	}
}

// leaving is a chip that is lifted in the middle of its work.
type leaving struct {
	*chip.Chip
	after int
}

// Transmit answers until the document is lifted.
func (l *leaving) Transmit(command []byte) []byte {
	if l.after--; l.after < 0 {
		return nil
	}
	return l.Chip.Transmit(command)
}
