/** How long a button says what it did. */
const thanksMillis = 2_000

/** Copies an element's text when the button is pressed, and says on the button that it was done. */
export function copyOnPress(button: HTMLButtonElement, source: HTMLElement): void {
  const label = button.textContent ?? ''
  const copy = async () => {
    button.textContent = (await copied(source.textContent ?? '')) ? 'Copied' : selected(source)
    setTimeout(() => {
      button.textContent = label
    }, thanksMillis)
  }
  button.addEventListener('click', () => void copy())
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** Where a page may not write to the clipboard, the text is selected for the reader to copy. */
function selected(source: HTMLElement): string {
  getSelection()?.selectAllChildren(source)
  return 'Selected'
}
