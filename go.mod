module github.com/skranke/skranke

go 1.26

require (
	fyne.io/fyne/v2 v2.8.1 // indirect
	github.com/ajroetker/go-highway v0.0.4 // indirect
	github.com/ajroetker/go-jpeg2000 v0.0.2 // indirect
	github.com/ebfe/scard v0.0.0-20241214075232-7af069cabc25 // indirect
	github.com/gmrtd/gmrtd v0.22.1 // indirect
	github.com/sirupsen/logrus v1.10.2 // indirect
	golang.org/x/sys v0.42.0 // indirect
)
