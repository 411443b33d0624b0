package store

import "golang.org/x/sys/unix"

// NetworkFilesystem says whether dir lies on a file system whose locks and
// shared memory SQLite cannot trust, and names it. Folders that cannot be asked
// count as local.
func NetworkFilesystem(dir string) (name string, yes bool) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return "", false
	}
	switch uint32(fs.Type) { // some architectures sign-extend the magic numbers
	case unix.NFS_SUPER_MAGIC:
		return "NFS", true
	case unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC:
		return "SMB", true
	case unix.V9FS_MAGIC:
		return "9P", true
	case unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC:
		return "AFS", true
	case unix.CEPH_SUPER_MAGIC:
		return "Ceph", true
	}
	return "", false
}
