import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeWord, formatLine, LineDecoder, unescapeWord } from './line-format.ts'

test('any words survive the way over a line, however the bytes are cut', () => {
  const words = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 })
  const lines = fc.array(words, { maxLength: 5 })
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (lines, cuts) => {
      const stream = Buffer.from(lines.map(formatLine).join(''))
      const decoder = new LineDecoder()
      const read: string[][] = []
      for (let at = 0; at < stream.length; ) {
        const size = cuts.next().value as number
        const chunk = Buffer.from(stream.subarray(at, at + size))
        for (const line of decoder.feed(chunk)) read.push(line.split(' ').map(unescapeWord))
        at += size
      }
      expect(read).toEqual(lines)
    }),
  )
})

test('plain text is left as it is, so that lines can be typed by hand', () => {
  expect(escapeWord('grüße/42?a=b')).toBe('grüße/42?a=b')
  expect(formatLine(['put', 'a key', '100%', ''])).toBe('put a%20key 100%25 \n')
  expect(new LineDecoder().feed(Buffer.from('get a\r\n'))).toEqual(['get a'])
})

test('a line that is too long, not UTF-8 or badly escaped is refused', () => {
  const decoder = new LineDecoder(10)
  expect(decoder.feed(Buffer.from('0123456789\n'))).toEqual(['0123456789'])
  expect(() => decoder.feed(Buffer.from('01234567890'))).toThrow('a line of more than 10 bytes')
  expect(() => new LineDecoder(10).feed(Buffer.from('01234567890\n'))).toThrow('more than 10 bytes')
  expect(() => new LineDecoder().feed(Buffer.from([0xff, 0x0a]))).toThrow('not UTF-8')
  expect(() => unescapeWord('50%')).toThrow("'50%' has a % that begins no escape")
})
