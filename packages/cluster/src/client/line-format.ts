/**
 * The words of the client protocol. A line is words with one space between them, ended by a line
 * feed. In a word, a percent sign, a space and control characters are written as in a URL (`%20`);
 * all else stands for itself, so that the protocol can be typed by hand. The empty text is an empty word.
 */

/** No line is longer, in bytes: the longest value of the key-value store fits even if every byte is escaped. */
export const maxLineBytes = 4 << 20

/** A line, or a word of one, that is not in the format. The message says what would be right. */
export class LineError extends Error {
  override readonly name = 'LineError'
}

export function escapeWord(text: string): string {
  return text.replaceAll(/[% \p{Cc}]/gu, encodeURIComponent)
}

/** @throws LineError if a percent sign is not followed by what a URL would have there */
export function unescapeWord(word: string): string {
  if (!word.includes('%')) return word
  try {
    return decodeURIComponent(word)
  } catch {
    throw new LineError(`'${word}' has a % that begins no escape: write %25 for a percent sign`)
  }
}

export function formatLine(words: readonly string[]): string {
  return `${words.map(escapeWord).join(' ')}\n`
}

/** An answer that ends in a sentence, which is for people and so is not escaped. */
export function formatSentence(kind: 'error' | 'unknown', sentence: string): string {
  return `${kind} ${sentence.replaceAll(/\p{Cc}/gu, ' ')}\n`
}

/** Cuts a stream of bytes into lines, without the line feed and a carriage return before it. */
export class LineDecoder {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #partBytes = 0

  constructor(maxBytes: number = maxLineBytes) {
    this.#maxBytes = maxBytes
  }

  /** @throws LineError if a line is too long or not UTF-8; nothing more can be read then */
  feed(chunk: Buffer): string[] {
    const lines: string[] = []
    let start = 0
    for (;;) {
      const end = chunk.indexOf(0x0a, start)
      if (end === -1) break
      lines.push(this.#line(chunk.subarray(start, end)))
      start = end + 1
    }
    if (start < chunk.length) {
      this.#partBytes += chunk.length - start
      this.#checkLength(this.#partBytes)
      this.#parts.push(chunk.subarray(start))
      // Bytes that come one by one would otherwise take a hundred times their own memory.
      if (this.#parts.length > 64) this.#parts = [Buffer.concat(this.#parts)]
    }
    return lines
  }

  #line(end: Buffer): string {
    const bytes = this.#parts.length === 0 ? end : Buffer.concat([...this.#parts, end])
    this.#parts = []
    this.#partBytes = 0
    this.#checkLength(bytes.length)
    const text = decodeUtf8(bytes)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  #checkLength(bytes: number): void {
    if (bytes > this.#maxBytes) {
      throw new LineError(`a line of more than ${this.#maxBytes} bytes`)
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new LineError('a line that is not UTF-8')
  }
}
