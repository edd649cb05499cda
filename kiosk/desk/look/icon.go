package look

import (
	"bytes"
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/skranke/skranke/assets"
)

// Icon is one of assets' icons in the colour of a tone.
type Icon struct {
	widget.BaseWidget
	name string
	tone Tone
	size float32
}

// NewIcon makes an icon of a size in pixels.
func NewIcon(name string, tone Tone, size float32) *Icon {
	i := &Icon{name: name, tone: tone, size: size}
	i.ExtendBaseWidget(i)
	return i
}

// Set changes the icon and its tone.
func (i *Icon) Set(name string, tone Tone) {
	if name != i.name || tone != i.tone {
		i.name, i.tone = name, tone
		i.Refresh()
	}
}

// CreateRenderer is the toolkit's hook.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	image := canvas.NewImageFromResource(tinted(i.name, current().colour(i.tone)))
	image.FillMode = canvas.ImageFillContain
	return &iconRenderer{icon: i, image: image}
}

// tinted gives an icon in a colour. The toolkit keeps pictures by their resource's name, so that the colour is in it.
func tinted(name string, c color.Color) fyne.Resource {
	r, g, b, _ := c.RGBA()
	hex := fmt.Sprintf("%02x%02x%02x", r>>8, g>>8, b>>8)
	return &paintedIcon{name: name + "-" + hex + ".svg", svg: replaceBlack(assets.Icon(name), hex)}
}

type paintedIcon struct {
	name string
	svg  []byte
}

func (p *paintedIcon) Name() string    { return p.name }
func (p *paintedIcon) Content() []byte { return p.svg }

type iconRenderer struct {
	icon  *Icon
	image *canvas.Image
}

func (r *iconRenderer) Layout(size fyne.Size) {
	// An icon stands at the top of its place: beside text of several lines it belongs to the first.
	side := r.MinSize()
	r.image.Resize(side)
	r.image.Move(fyne.NewPos((size.Width-side.Width)/2, 0))
}
func (r *iconRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(Scaled(r.icon.size)) }
func (r *iconRenderer) Refresh() {
	r.image.Resource = tinted(r.icon.name, current().colour(r.icon.tone))
	r.image.Refresh()
}
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.image} }
func (r *iconRenderer) Destroy()                     {}

// Picture makes an illustration of assets in the theme's colours.
func Picture(name string, size fyne.Size) *canvas.Image {
	t := current()
	image := canvas.NewImageFromResource(&paintedIcon{name: name + "-" + t.name + ".svg", svg: t.palette.Paint(assets.Icon(name))})
	image.FillMode = canvas.ImageFillContain
	image.SetMinSize(size)
	return image
}

// AppIcon is the program's own mark.
func AppIcon() fyne.Resource { return fyne.NewStaticResource("skranke.svg", assets.Icon("skranke")) }

// replaceBlack gives the SVG with black drawn in another colour, six hexadecimal digits.
func replaceBlack(svg []byte, hex string) []byte {
	return bytes.ReplaceAll(svg, []byte("#000000"), []byte("#"+hex))
}
