/** More than this at once is a mistake. */
const most = 1_000

/**
 * The files of a drop, with those in dropped folders. Must be called within the event's handler: the browser
 * empties the list afterwards. What systems leave in folders (hidden files, thumbnails) is left out.
 */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile())
  return gather(entries)
}

async function gather(entries: Array<FileSystemEntry | File | null>): Promise<File[]> {
  const files: File[] = []
  const walk = async (entry: FileSystemEntry, top: boolean): Promise<void> => {
    if (files.length >= most) return
    if (entry.isDirectory) {
      for (const inner of await children(entry as FileSystemDirectoryEntry)) await walk(inner, false)
    } else if (top || !litter(entry.name)) {
      files.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)))
    }
  }
  for (const entry of entries) {
    if (entry instanceof File) files.push(entry)
    else if (entry) await walk(entry, true)
  }
  return files
}

/** readEntries answers at most 100 at a time, and an empty list at the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0 || all.length >= most) return all.sort((a, b) => (a.name < b.name ? -1 : 1))
    all.push(...some)
  }
}

const litter = (name: string) => name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__MACOSX)$/i.test(name)
