package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"assay/store"
)

// A backup is a plain tar: assay.db, then objects/. The database is a
// consistent snapshot taken first; sealed objects never change, so one that
// the snapshot names is whole, unless its dataset is deleted meanwhile. Uploads
// on their way are left out: their files change while they are read.

type backupCmd struct {
	Data     string `help:"The data folder; the server may be running." placeholder:"DIR" type:"path"`
	Database string `help:"The server's database, where it is not in the data folder." placeholder:"URL"`
	Storage  string `help:"The server's file:// storage, where it is not in the data folder." placeholder:"URL"`
	File     string `arg:"" help:"The backup to write." type:"path"`
}

func (c *backupCmd) Run(e *env) (err error) {
	objects, err := url.Parse(c.Storage)
	if err != nil || (c.Storage != "" && objects.Scheme != "file") {
		return usage{errors.New("--storage is not a folder (file:///dir); objects in S3 are backed up there")}
	}
	if info, err := os.Stat(c.File); err == nil && info.IsDir() {
		return usage{fmt.Errorf("%s is a folder; name the file to write", c.File)}
	}
	data, rows, err := localFlags{Data: c.Data, Database: c.Database}.open(e)
	if err != nil {
		return err
	}
	defer rows.Close()
	folder := filepath.Join(data, "objects")
	if c.Storage != "" {
		folder = filepath.FromSlash(objects.Path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.File), ".assay-backup-*")
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, plain(err))
	}
	defer os.RemoveAll(dir)
	snapshot := filepath.Join(dir, "assay.db")
	if err := rows.Backup(e.ctx, snapshot); err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(dir, "backup.tar"), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, plain(err))
	}
	defer out.Close()
	w := tar.NewWriter(out)
	if err := addFile(w, snapshot, "assay.db"); err != nil {
		return err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted while we walked
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if d.IsDir() && name == "uploads" {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		return addFile(w, path, "objects/"+filepath.ToSlash(name))
	})
	if err := errors.Join(err, w.Close(), out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), c.File); err != nil {
		return fmt.Errorf("%s: %w", c.File, plain(err))
	}
	return nil
}

func addFile(w *tar.Writer, path, name string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := &tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime(), Typeflag: tar.TypeReg}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.CopyN(w, f, h.Size)
	return err
}

type restoreCmd struct {
	Data string `help:"The data folder to fill; it must hold no Assay." placeholder:"DIR" type:"path"`
	File string `arg:"" help:"The backup." type:"path"`
}

func (c *restoreCmd) Run(e *env) error {
	data, err := (&serveFlags{Data: c.Data}).dataFolder(e.get)
	if err != nil {
		return err
	}
	unlock, err := store.LockData(data)
	if err != nil {
		return err
	}
	defer unlock()
	for _, name := range []string{"assay.db", "objects"} {
		if _, err := os.Lstat(filepath.Join(data, name)); err == nil {
			return fmt.Errorf("%s already holds an Assay; name an empty folder with --data", data)
		}
	}
	in, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, plain(err))
	}
	defer in.Close()
	temp, err := os.MkdirTemp(data, ".restore-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if err := unpack(in, temp); err != nil {
		return fmt.Errorf("this is not a whole Assay backup: %w", err)
	}
	rows, err := store.Open(e.ctx, fileURL("sqlite", filepath.Join(temp, "assay.db")))
	if err != nil {
		return err
	}
	err = rows.IntegrityCheck(e.ctx)
	rows.Close()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(temp, "objects"), 0o700); err != nil {
		return err
	}
	// The database goes last: killed between the two, a restore leaves no Assay
	// that misses its objects.
	for _, name := range []string{"objects", "assay.db"} {
		if err := os.Rename(filepath.Join(temp, name), filepath.Join(data, name)); err != nil {
			return err
		}
	}
	return nil
}

func unpack(in io.Reader, dir string) error {
	root, err := os.OpenRoot(dir) // names in a backup cannot leave the folder
	if err != nil {
		return err
	}
	defer root.Close()
	found := false
	blocks := &counter{r: in}
	var entryEnds int64
	for r := tar.NewReader(blocks); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			switch {
			case !found:
				return errors.New("it holds no database")
			case blocks.n-entryEnds < tarBlock:
				// A tar ends with blocks of zeros, which package tar does not miss:
				// this one was cut off between two objects.
				return io.ErrUnexpectedEOF
			}
			return nil
		} else if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || (h.Name != "assay.db" && !strings.HasPrefix(h.Name, "objects/")) {
			return fmt.Errorf("unexpected entry %q", h.Name)
		}
		found = found || h.Name == "assay.db"
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(h.Name)), 0o700); err != nil {
			return err
		}
		f, err := root.OpenFile(filepath.FromSlash(h.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		entryEnds = (blocks.n + tarBlock - 1) / tarBlock * tarBlock // the rest of its last block is padding
	}
}

// tarBlock is the size in bytes of what a tar is made of.
const tarBlock = 512

// counter counts the bytes that were read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
