import { elementById } from './element.ts'

/** A file that is longer is none of ours, or one for the command line. */
const mostBytes = 100_000_000

/** Calls back for each file that somebody chooses, or drops on the page. */
export function onFile(
  open: (content: ArrayBuffer, name: string) => void,
  refuse: (message: string) => void,
): void {
  const input = elementById('file', HTMLInputElement)
  const take = async (file: File | undefined) => {
    if (!file) return
    if (file.size > mostBytes) {
      refuse(`${file.name} has ${Math.round(file.size / 1e6)} MB: at most 100 MB are opened here`)
      return
    }
    open(await file.arrayBuffer(), file.name)
  }
  input.addEventListener('change', () => {
    void take(input.files?.[0])
    // The same file may be chosen again, once it was changed.
    input.value = ''
  })
  document.addEventListener('dragover', (event) => event.preventDefault())
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    void take(event.dataTransfer?.files[0])
  })
}
