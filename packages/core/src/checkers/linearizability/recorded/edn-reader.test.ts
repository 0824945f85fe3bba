import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistoryError } from '../../history.ts'
import { type Datum, datumText, plainDatum } from './datum.ts'
import { EdnReader, oneDatum } from './edn-reader.ts'

/** What a text is, as data of JavaScript. */
function plain(text: string): unknown {
  return plainDatum(oneDatum(text))
}

describe('EDN', () => {
  it('has nil, booleans, texts, numbers and names', () => {
    const texts: [string, unknown][] = [
      ['nil', null],
      ['true', true],
      ['false', false],
      ['""', ''],
      ['"a \\"b\\" \\\\ \\n\\t\\u0041\\101"', 'a "b" \\ \n\tAA'],
      ['"two\nlines, [of] {text} ; #_"', 'two\nlines, [of] {text} ; #_'],
      ['0', 0],
      ['-12', -12],
      ['+7', 7],
      ['7N', 7],
      ['9007199254740993', 9007199254740993n],
      ['0x1f', 31],
      ['1.5', 1.5],
      ['-1e3', -1000],
      ['2.50M', 2.5],
      ['6/4', '3/2'],
      ['6/3', 2],
      ['##Inf', Number.POSITIVE_INFINITY],
      [':ok', 'ok'],
      [':jepsen.core/ok', 'jepsen.core/ok'],
      ['sym-bol/x', 'sym-bol/x'],
      ['\\a', 'a'],
      ['\\newline', 'newline'],
      ['\\(', '('],
    ]
    for (const [text, value] of texts) expect(plain(text)).toEqual(value)
  })

  it('has vectors, lists, sets, maps and tags, in each other', () => {
    expect(plain('[1 (2 3), #{4}]')).toEqual([1, [2, 3], [4]])
    expect(plain('{:a 1, "b" {:c [nil]}}')).toEqual({ a: 1, b: { c: [null] } })
    expect(plain('#inst "2024-01-01"')).toBe('2024-01-01')
    expect(plain('#jepsen.history.Op{:index 0, :f :read}')).toEqual({ index: 0, f: 'read' })
    expect(plain('^{:line 3} [1]')).toEqual([1])
  })

  it('skips white space, commas, comments, and what is to be discarded', () => {
    expect(plain(' , [1 ; one\n #_2 #_ #_ [3] 4 5 #_ {:a 1}]')).toEqual([1, 5])
  })

  it('compares by value: lists are vectors, sets and maps have no order', () => {
    const same: [string, string][] = [
      ['(1 2)', '[1 2]'],
      ['#{1 2}', '#{2 1}'],
      ['{:a 1 :b 2}', '{:b 2, :a 1}'],
      ['3N', '3'],
    ]
    for (const [one, other] of same)
      expect(datumText(oneDatum(one))).toBe(datumText(oneDatum(other)))
    const different = [
      '3',
      '"3"',
      ':3',
      '\\3',
      '[3]',
      '#{3}',
      '{3 nil}',
      '#t 3',
      'nil',
      '"nil"',
      'a',
    ]
    expect(new Set(different.map((text) => datumText(oneDatum(text)))).size).toBe(different.length)
  })

  it('is refused where it is none, with the line and what is wrong', () => {
    const complaints: [string, string][] = [
      ['', 'line 1 ends in the middle of a value'],
      ['\n\n[1 2', 'line 3 opens a [ that is never closed by ]'],
      ['(1 ]', 'line 1 has a ] that closes nothing'],
      ['{:a 1\n :b}', 'line 1 has a map with a key and no value'],
      ['\n"abc', 'line 2 opens a string that is never closed'],
      ['"\\q"', 'line 1 has the unknown escape \\q in a string; \\\\ is a backslash'],
      ['12x', 'line 1 has 12x, which is no number'],
      ['1/0', 'line 1 has 1/0, which is no number'],
      [':', 'line 1 has a : without the name of a keyword'],
      ['##Nope', 'line 1 has ##Nope; there are ##Inf, ##-Inf and ##NaN'],
      ['# 1', 'line 1 has no tag where one should be'],
      ['1 2', 'line 1 goes on after the value'],
      ['9'.repeat(2000), 'line 1 has a number of 2000 characters'],
      ['['.repeat(100_000), 'line 1 is nested more than 200 deep'],
      ['#_'.repeat(100_000), 'line 1 is nested more than 200 deep'],
    ]
    for (const [text, complaint] of complaints) {
      expect(() => oneDatum(text)).toThrow(new HistoryError(complaint))
    }
  })

  it('comes back as it was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/)
    const { datum } = fc.letrec<{ datum: Datum }>((tie) => {
      const items = fc.array(tie('datum'), { maxLength: 4 })
      return {
        datum: fc.oneof(
          { maxDepth: 3 },
          fc.constantFrom(null, true, false),
          fc.integer(),
          fc.bigInt({ min: 2n ** 60n, max: 2n ** 70n }),
          fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
          fc.record({ kind: fc.constantFrom('keyword', 'symbol'), text: name }),
          fc.record({ kind: fc.constantFrom('vector', 'list'), items }),
          fc.record({ kind: fc.constant('tagged'), tag: name, value: tie('datum') }),
          fc.record({
            kind: fc.constant('map'),
            entries: fc.array(fc.tuple(tie('datum'), tie('datum')), { maxLength: 3 }),
          }),
        ) as fc.Arbitrary<Datum>,
      }
    })
    const isName = (text: string) => !['nil', 'true', 'false'].includes(text)
    fc.assert(
      fc.property(datum, (written) => {
        const text = datumText(written)
        fc.pre(isName(text))
        expect(datumText(oneDatum(text))).toBe(text)
      }),
      { numRuns: 150 },
    )
  })

  it('is read or refused, whatever the text', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '#{',
      '#_',
      '#',
      '##',
      '"',
      '\\',
      ':a',
      'nil',
      '1',
      '-',
      '+1',
      '1/2',
      '0x',
      '1e',
      '^',
      ';',
      '\n',
      ' ',
      ',',
      'a',
      'é',
      '\u0000',
      '\ud800',
      "'",
      '#"',
      '\\u00',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        const reader = new EdnReader(pieces.join(''))
        try {
          while (reader.peek() !== '') reader.read()
        } catch (error) {
          expect(error).toBeInstanceOf(HistoryError)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
