import { byteCount, counted, rounded, timeSpan, wallTime, whole } from '@quorate/core/experiments'
import { describe, expect, test } from 'vitest'
import { histogramLines } from './histogram.ts'
import { labelled, labelledCommand, noBreakSpace, shortened, wrapped } from './text-layout.ts'

describe('a text', () => {
  test('is broken between words, where it would be too wide', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four'])
    expect(wrapped('one two', 7)).toEqual(['one two'])
    expect(wrapped('', 7)).toEqual([''])
    expect(wrapped('extraordinarily long', 7)).toEqual(['extraordinarily', 'long'])
    expect(wrapped('one two', Number.POSITIVE_INFINITY)).toEqual(['one two'])
    expect(wrapped(`a [10${noBreakSpace}ms] b`, 6)).toEqual(['a', '[10 ms]', 'b'])
  })

  test('is shortened between words, with an ellipsis in place of the rest', () => {
    expect(shortened('one two three', 13)).toBe('one two three')
    expect(shortened('one two, three', 13)).toBe('one two…')
    expect(shortened('one two three', 8)).toBe('one two…')
    expect(shortened('extraordinarily', 7)).toBe('extrao…')
    expect(shortened('one two', Number.POSITIVE_INFINITY)).toBe('one two')
  })

  test('with a label goes on in the column where it began', () => {
    expect(labelled('  name', 8, 'one two three', 16)).toBe('  name  one two\n        three')
  })
})

test('a command is broken between its flags, so that a shell reads the same', () => {
  const command = "quorate run raft --fault 'partition:0|1@1s' --chaos --for 60s"
  expect(labelledCommand('again', 6, command, 38)).toBe(
    [
      'again quorate run raft \\',
      "        --fault 'partition:0|1@1s' \\",
      '        --chaos --for 60s',
    ].join('\n'),
  )
  const inline = `quorate run '{"a": "it'\\''s --b c"}'`
  expect(labelledCommand('again', 6, inline, 22)).toBe(
    `again quorate run \\\n        '{"a": "it'\\''s --b c"}'`,
  )
  expect(labelledCommand('again', 6, command, Number.POSITIVE_INFINITY)).toBe(`again ${command}`)
})

test('a histogram has a bar for each range, and one mark for many empty ones', () => {
  const range = (fromMicros: number, toMicros: number, count: number) => ({
    fromMicros,
    toMicros,
    count,
  })
  const ranges = [
    range(200, 500, 1_600),
    range(500, 1_000, 0),
    range(1_000, 2_000, 800),
    range(2_000, 5_000, 0),
    range(5_000, 10_000, 0),
    range(10_000, 20_000, 0),
    range(1_000_000, 2_000_000, 1),
  ]
  expect(
    histogramLines(ranges).map((line) => line.replace(/█+/, (bar) => `${bar.length}█`)),
  ).toEqual([
    '200 µs to 500 µs  32█  1,600',
    `  500 µs to 1 ms  ${' '.repeat(32)}      0`,
    `    1 ms to 2 ms  16█${' '.repeat(16)}    800`,
    '               ┊',
    `      1 s to 2 s  1█${' '.repeat(31)}      1`,
  ])
  expect(histogramLines([])).toEqual([])
})

test('numbers are written as people read them', () => {
  expect([whole(1_234_567), counted(1, 'node'), counted(20, 'node')]).toEqual([
    '1,234,567',
    '1 node',
    '20 nodes',
  ])
  expect([0, 0.789, 22.31, 1_798.4].map(rounded)).toEqual(['0', '0.79', '22.3', '1,798'])
  expect([999, 40_400, 1.5e9, 3e21].map(byteCount)).toEqual([
    '999 B',
    '40.4 kB',
    '1.5 GB',
    '3,000,000 PB',
  ])
  expect([0, 500, 2_000, 5_000_000].map(timeSpan)).toEqual(['0 µs', '500 µs', '2 ms', '5 s'])
  expect([0.0042, 1.349, 1_025].map(wallTime)).toEqual(['4.2 ms', '1.35 s', '1,025 s'])
})
