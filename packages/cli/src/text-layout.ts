/** Holds two words on one line. */
export const noBreakSpace = '\u00a0'

/** How wide lines for people may be: as the terminal is; a file or another program gets them whole. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? Math.max(40, stream.columns) : Number.POSITIVE_INFINITY
}

/** Breaks a text into lines of at most `width` characters, between words but not at a no-break space. */
export function wrapped(text: string, width: number): string[] {
  return broken(text.split(' '), width).map((line) => line.replaceAll(noBreakSpace, ' '))
}

/** A text on one line: where it is longer than `width`, its first words and an ellipsis. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text
  const [first = ''] = broken(text.split(' '), width - 1)
  return `${first.slice(0, width - 1).replace(/[\s.,:;]+$/, '')}…`
}

/** A label and its text, which goes on in the column where it began. */
export function labelled(label: string, labelWidth: number, text: string, columns: number): string {
  const [first = '', ...rest] = wrapped(text, columns - labelWidth)
  const indent = ' '.repeat(labelWidth)
  return [label.padEnd(labelWidth) + first, ...rest.map((line) => indent + line)].join('\n')
}

/** A label and a command, broken between its flags so that a shell still reads it as one. */
export function labelledCommand(
  label: string,
  labelWidth: number,
  command: string,
  columns: number,
): string {
  const words = command.match(/(?:\\.|[^\s'\\]|'[^']*')+/g) ?? []
  const parts: string[] = []
  for (const word of words) {
    const flag = parts.at(-1)
    if (flag !== undefined && /^--\S+$/.test(flag) && !word.startsWith('--'))
      parts[parts.length - 1] = `${flag} ${word}`
    else parts.push(word)
  }
  const lines = broken(parts, columns - labelWidth - 4)
  return label.padEnd(labelWidth) + lines.join(` \\\n${' '.repeat(labelWidth + 2)}`)
}

/** Puts parts together, in lines of at most `width` characters; a part that is longer has a line to itself. */
function broken(parts: readonly string[], width: number): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const part of parts) {
    if (line !== undefined && line.length + 1 + part.length > width) {
      lines.push(line)
      line = part
    } else line = line === undefined ? part : `${line} ${part}`
  }
  lines.push(line ?? '')
  return lines
}
