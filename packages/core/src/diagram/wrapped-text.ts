/**
 * Breaks a text into lines of at most `width` characters: between words but not at a no-break space,
 * and within a word that is longer.
 */
export function wrappedText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    while (line.length > width) {
      lines.push(line.slice(0, width))
      line = line.slice(width)
    }
  }
  lines.push(line)
  return lines.map((one) => one.replaceAll('\u00a0', ' '))
}
