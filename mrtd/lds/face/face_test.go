package face

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/lds"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == allocateCommand {
		os.Exit(allocate())
	}
	RunChild()
	os.Exit(m.Run())
}

// portraits are the facial images of the collection, with the sizes that opj_decompress and the headers give.
var portraits = []struct {
	file          string
	coding        lds.Coding
	width, height int
}{
	{"lds/bsi_2008/Datagroup2.bin", lds.JPEG2000, 413, 531},
	{"lds/nl_loes_2006_specimen/ef0102.bin", lds.JPEG2000, 449, 598},
	{"lds/dg2_dg3_dg4_iso39794/dg2_silver_all_fields.bin", lds.JPEG2000, 413, 531},
	{"lds/dg2_dg3_dg4_iso39794/dg2_silver_mandatory_fields.bin", lds.JPEG2000, 413, 531},
	{"lds/gmrtd_icao_p10/DG2_iso19794_jpeg_textimage.bin", lds.JPEG, 148, 70},
}

func portrait(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testdata.Dir(t), filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	faces, err := lds.ParseDG2(b)
	if err != nil {
		t.Fatal(err)
	}
	return faces[0].Data
}

func TestDecodeRealImages(t *testing.T) {
	for _, p := range portraits {
		img := portrait(t, p.file)
		coding, width, height, err := Inspect(img)
		if err != nil || coding != p.coding || width != p.width || height != p.height {
			t.Errorf("%s: %s, %d×%d, %v", p.file, coding, width, height, err)
		}
		decoded, err := Decode(t.Context(), img)
		if err != nil {
			t.Errorf("%s: %v", p.file, err)
			continue
		}
		if decoded.Bounds() != image.Rect(0, 0, p.width, p.height) {
			t.Errorf("%s: %v", p.file, decoded.Bounds())
		}
		if flat(decoded) {
			t.Errorf("%s is of one colour", p.file)
		}
	}
	noChildren(t)
}

func flat(img image.Image) bool {
	first := img.At(0, 0)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if img.At(x, y) != first {
				return false
			}
		}
	}
	return true
}

// The codestream by itself is the same image as the JP2 file around it.
func TestDecodeRawCodestream(t *testing.T) {
	jp2 := portrait(t, portraits[0].file)
	raw := jp2[bytes.Index(jp2, []byte{0xff, 0x4f, 0xff, 0x51}):]
	a, err := Decode(t.Context(), jp2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.(*image.NRGBA).Pix, b.(*image.NRGBA).Pix) {
		t.Error("the images differ")
	}
}

// OpenJPEG, a decoder of another making, sees the same portraits: over 40 dB is closer than an eye can tell.
func TestAgainstOpenJPEG(t *testing.T) {
	tool := openJPEG(t, "opj_decompress")
	for _, p := range portraits {
		if p.coding != lds.JPEG2000 {
			continue
		}
		img := portrait(t, p.file)
		in, out := filepath.Join(t.TempDir(), "in.jp2"), filepath.Join(t.TempDir(), "out.ppm")
		if err := os.WriteFile(in, img, 0o600); err != nil {
			t.Fatal(err)
		}
		if message, err := exec.CommandContext(t.Context(), tool, "-i", in, "-o", out).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, message)
		}
		theirs := readPPM(t, out)
		ours, err := Decode(t.Context(), img)
		if err != nil {
			t.Fatal(err)
		}
		if ratio := psnr(t, ours, theirs); ratio < 40 {
			t.Errorf("%s: %.1f dB", p.file, ratio)
		}
	}
}

// What OpenJPEG writes in other ways than passports do decodes to the same image: grey, tiles, layers, other
// progressions and code-blocks, sixteen bits, chroma of half size, the reversible transformation.
func TestOtherCodings(t *testing.T) {
	compress, decompress := openJPEG(t, "opj_compress"), openJPEG(t, "opj_decompress")
	random := rand.New(rand.NewSource(2))
	const width, height = 150, 200
	// Waves with some noise, three components one after the other.
	var planes [3][]byte
	for c := range planes {
		for y := range height {
			for x := range width {
				v := 128 + 60*math.Sin(float64(x*(c+1))/17) + 50*math.Cos(float64(y)/(13+float64(c))) + float64(random.Intn(9))
				planes[c] = append(planes[c], byte(v))
			}
		}
	}
	half := func(plane []byte) []byte {
		var small []byte
		for y := 0; y < height; y += 2 {
			for x := 0; x < width; x += 2 {
				small = append(small, plane[y*width+x])
			}
		}
		return small
	}
	var wide []byte
	for _, plane := range planes {
		for _, v := range plane {
			wide = append(wide, v, v^0x55)
		}
	}
	colour := bytes.Join(planes[:], nil)
	for _, c := range []struct {
		name, form      string
		raw             []byte
		arguments, back string
	}{
		{"grey", "1,8,u", planes[0], "-r 8", "-force-rgb"},
		{"tiles and layers", "3,8,u", colour, "-t 64,64 -r 40,20,10 -n 4", ""},
		{"progression, markers, small blocks", "3,8,u", colour, "-r 20,10 -p RPCL -SOP -EPH -b 32,32 -c [64,64]", ""},
		{"irreversible", "3,8,u", colour, "-r 10 -I", ""},
		{"reversible", "3,8,u", colour, "", ""},
		{"sixteen bits", "3,16,u", wide, "-r 20", "-p 8S"},
		{"an offset", "3,8,u", colour, "-r 10 -d 7,9", ""},
		{"chroma of half size", "3,8,u@1x1:2x2:2x2", bytes.Join([][]byte{planes[0], half(planes[1]), half(planes[2])}, nil), "-r 10 -mct 0", "-upsample"},
	} {
		for _, ending := range []string{"jp2", "j2k"} {
			if c.name == "chroma of half size" && ending == "j2k" {
				continue // without a JP2 header nothing says whether the components are chroma
			}
			dir := t.TempDir()
			raw, coded, out := filepath.Join(dir, "in.raw"), filepath.Join(dir, "coded."+ending), filepath.Join(dir, "out.ppm")
			if err := os.WriteFile(raw, c.raw, 0o600); err != nil {
				t.Fatal(err)
			}
			form := fmt.Sprintf("%d,%d,%s", width, height, c.form)
			arguments := append(strings.Fields(c.arguments), "-i", raw, "-o", coded, "-F", form)
			if message, err := exec.CommandContext(t.Context(), compress, arguments...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", c.name, err, message)
			}
			arguments = append(strings.Fields(c.back), "-i", coded, "-o", out)
			if message, err := exec.CommandContext(t.Context(), decompress, arguments...).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", c.name, err, message)
			}
			img, err := os.ReadFile(coded)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := Decode(t.Context(), img)
			if err != nil {
				t.Errorf("%s in %s: %v", c.name, ending, err)
				continue
			}
			if ratio := psnr(t, ours, readPPM(t, out)); ratio < 40 {
				t.Errorf("%s in %s: %.1f dB", c.name, ending, ratio)
			}
		}
	}
}

// openJPEG finds one of OpenJPEG's commands.
func openJPEG(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		counts.LeftOut(t, "%s is missing (Debian: libopenjp2-tools)", name)
	}
	return path
}

// readPPM reads a binary pixmap of eight bits.
func readPPM(t *testing.T, name string) *image.NRGBA {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitN(b, []byte("\n"), 2)
	if string(lines[0]) != "P6" {
		t.Fatalf("%s is no pixmap", name)
	}
	rest := lines[1]
	for rest[0] == '#' {
		rest = rest[bytes.IndexByte(rest, '\n')+1:]
	}
	var width, height, most int
	if _, err := fmt.Sscanf(string(rest[:32]), "%d %d\n%d\n", &width, &height, &most); err != nil || most != 255 {
		t.Fatalf("%s: %v, maximum %d", name, err, most)
	}
	samples := rest[len(rest)-3*width*height:]
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		copy(img.Pix[4*i:], samples[3*i:3*i+3])
		img.Pix[4*i+3] = 0xff
	}
	return img
}

func psnr(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%v and %v", a.Bounds(), b.Bounds())
	}
	var sum float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.NRGBAModel.Convert(a.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(b.At(x, y)).(color.NRGBA)
			for _, d := range []float64{float64(p.R) - float64(q.R), float64(p.G) - float64(q.G), float64(p.B) - float64(q.B)} {
				sum += d * d
			}
		}
	}
	mean := sum / float64(3*a.Bounds().Dx()*a.Bounds().Dy())
	if mean == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255/mean)
}

// An image with some bits flipped costs an error or an image, within the limits, and harms nothing here.
func TestFlippedBits(t *testing.T) {
	whole := portrait(t, portraits[0].file)
	random := rand.New(rand.NewSource(1))
	rounds := 40
	if testing.Short() {
		rounds = 10
	}
	var decoded, refused int
	for range rounds {
		img := bytes.Clone(whole)
		for range 1 + random.Intn(8) {
			at := random.Intn(len(img))
			if random.Intn(2) == 0 {
				at = random.Intn(300)
			}
			img[at] ^= 1 << random.Intn(8)
		}
		start := time.Now()
		got, err := Decode(t.Context(), img)
		if d := time.Since(start); d > MaxTime+2*time.Second {
			t.Errorf("it took %v", d)
		}
		switch {
		case err == nil && got != nil:
			decoded++
		case errors.Is(err, ErrDecode) || errors.Is(err, ErrLimit) || errors.Is(err, ErrUnknownCoding):
			refused++
		default:
			t.Errorf("%v", err)
		}
	}
	if decoded == 0 || refused == 0 {
		t.Errorf("%d were decoded, %d refused: the flips miss their aim", decoded, refused)
	}
	noChildren(t)
}

// Every change of one byte of the headers is refused or told by Inspect, without a panic.
func TestChangedHeaders(t *testing.T) {
	for _, p := range []int{0, 4} {
		whole := portrait(t, portraits[p].file)
		for i := range min(len(whole), 400) {
			for _, mask := range []byte{0x01, 0x10, 0x80, 0xff} {
				img := bytes.Clone(whole)
				img[i] ^= mask
				if _, width, height, err := Inspect(img); err == nil && (width*height > MaxPixels || width*height < 1) {
					t.Errorf("octet %d: %d×%d", i, width, height)
				}
			}
		}
		for cut := range 300 {
			if _, _, _, err := Inspect(whole[:cut]); err == nil && cut < 100 {
				t.Errorf("%s is told after %d octets", portraits[p].file, cut)
			}
		}
	}
}

func TestContextEnds(t *testing.T) {
	img := portrait(t, portraits[1].file)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Decode(gone, img); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := Decode(short, img); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("it took %v to stop", d)
	}
	noChildren(t)
}

// noChildren checks that no decoder is left, by the system's list of processes where there is one.
func noChildren(t *testing.T) {
	t.Helper()
	names, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		line, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(line, []byte(childCommand)) {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(name), "status"))
		if err == nil && strings.Contains(string(status), fmt.Sprintf("\nPPid:\t%d\n", os.Getpid())) {
			t.Errorf("a decoder is left: %s", name)
		}
	}
}

// Without the hook the child would be the whole program over again.
func TestHookIsNeeded(t *testing.T) {
	hooked.Store(false)
	defer hooked.Store(true)
	if _, err := Decode(t.Context(), portrait(t, portraits[0].file)); !errors.Is(err, ErrNoChild) {
		t.Errorf("%v", err)
	}
}

func TestJPEGKinds(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 40, 50))
	gray.Set(3, 4, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, gray, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	img, err := Decode(t.Context(), b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if c := color.NRGBAModel.Convert(img.At(3, 4)).(color.NRGBA); c.R < 0xf0 || c.R != c.G || c.G != c.B || c.A != 0xff {
		t.Errorf("the white pixel is %v", c)
	}
	if _, err := Decode(t.Context(), b.Bytes()[:b.Len()/3]); !errors.Is(err, ErrDecode) {
		t.Errorf("cut short: %v", err)
	}
	// SOF0 holds height and width after marker, length and precision.
	huge := bytes.Clone(b.Bytes())
	at := bytes.Index(huge, []byte{0xff, 0xc0}) + 5
	binary.BigEndian.PutUint32(huge[at:], 0xffffffff)
	if _, _, _, err := Inspect(huge); !errors.Is(err, ErrLimit) {
		t.Errorf("65535×65535: %v", err)
	}
}

func TestInspectRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		img  []byte
		kind error
	}{
		{"nothing", nil, ErrUnknownCoding},
		{"another coding", []byte("GIF89a"), ErrUnknownCoding},
		{"PNG", []byte("\x89PNG\r\n\x1a\n"), ErrUnknownCoding},
		{"too long", append([]byte("\xff\xd8\xff"), make([]byte, MaxBytes)...), ErrLimit},
		{"JPEG cut short", []byte("\xff\xd8\xff\xe0"), ErrDecode},
		{"JP2 without a box", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n"), ErrDecode},
		{"JP2 with a box of no length", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x07jp2c"), ErrDecode},
		{"JP2 with a box that is too long", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x01jp2c\xff\xff\xff\xff\xff\xff\xff\xff"), ErrDecode},
	} {
		if _, _, _, err := Inspect(c.img); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
