import type { Reproduction, Row } from '@quorate/core/experiments'
import { expect, test } from 'vitest'
import { figure, reproductionText, summary, tally } from './reproduction-text.ts'

const reproduction: Reproduction = {
  name: 'long-figures',
  title: 'Long figures',
  source: 'Somebody 2014, section 9.3, whose name and whose paper have very many words in all',
  run: () => [],
}

const row = (name: string, given: Partial<Row>): Row => ({
  name,
  theirs: 1,
  ours: 1,
  tolerance: '3 standard errors',
  agrees: true,
  runs: 1,
  how: 'made up',
  ...given,
})

const rows = [
  row('short', {}),
  row('a name of very many words, in every one of which there is something to be said', {
    theirs: 1_234_567,
    ours: 0.0000046312,
    standardError: 0.000000123,
    runs: 10_000,
  }),
  row('differs for a reason', { theirs: 513, ours: 324.42, agrees: false, finding: 'it is known' }),
  row('differs', { theirs: 2, agrees: false }),
  row('ours alone', { theirs: Number.NaN, ours: 1_235.71, tolerance: 'none' }),
]
const results = [{ reproduction, rows }]

test('columns are as wide as their longest figure, and never run into each other', () => {
  const lines = reproductionText(results, 1, Number.POSITIVE_INFINITY).split('\n')
  const end = (lines[2] as string).indexOf('theirs') + 'theirs'.length
  const figures = lines.filter((line) => /^ {2}[✓×≠]/.test(line))
  expect(figures).toHaveLength(4)
  for (const line of figures) expect(line.slice(end, end + 2)).toBe('  ')
  expect(lines.join('\n')).toMatch(/ 1,234,567 {2}0\.0000046312 ± 1\.2e-7 {2}3 standard/)
})

test('a terminal of eighty columns is not overrun: names go on in their column', () => {
  const lines = reproductionText(results, 1, 80).split('\n')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  const words = lines.join(' ').replaceAll(/\s+/g, ' ')
  expect(words).toContain('× differs 2 1')
})

test('what nobody has published counts as no agreement', () => {
  const text = reproductionText(results, 1, 100)
  expect(text).toMatch(/\n {4}ours alone +– +1,235\.7/)
  expect(text).toMatch(/\n {2}≠ differs for a reason .*\n {6}it is known\n/)
  expect(tally(results)).toEqual({ compared: 4, agreeing: 2, explained: 1, different: 1 })
  expect(summary(results, 1)).toBe(
    '2 of 4 published figures agree, 1 differs for a known reason, 1 differs; 1 s',
  )
})

test('a figure has five digits, and commas between thousands', () => {
  const texts = [1_234_567, 1_235.71, 0.177352, 6e-7, Number.NaN].map(figure)
  expect(texts).toEqual(['1,234,567', '1,235.7', '0.17735', '6e-7', '–'])
})
