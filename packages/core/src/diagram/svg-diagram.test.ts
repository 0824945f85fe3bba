import { describe, expect, test } from 'vitest'
import { svgDiagram } from './index.ts'
import { linesOf } from './message-diagram.ts'
import { type Box, layoutDiagram } from './svg-layout.ts'
import { electionPath, sampleDiagrams } from './testing/sample-diagrams.ts'

const samples = Object.entries(sampleDiagrams())
const widths = [320, 350, 600, 880, 1200]

function overlap(one: Box, other: Box): boolean {
  const epsilon = 0.01
  return (
    one.x + one.width > other.x + epsilon &&
    other.x + other.width > one.x + epsilon &&
    one.y + one.height > other.y + epsilon &&
    other.y + other.height > one.y + epsilon
  )
}

function overlapping(boxes: readonly Box[]): [Box, Box][] {
  const sorted = [...boxes].sort((left, right) => left.y - right.y)
  const found: [Box, Box][] = []
  for (const [i, one] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length; j += 1) {
      const other = sorted[j] as Box
      if (other.y > one.y + one.height) break
      if (overlap(one, other)) found.push([one, other])
    }
  }
  return found
}

describe.each(samples)('the layout of %s', (_, diagram) => {
  test.each(widths)('at %i pixels has no two texts on each other, and all within', (width) => {
    const layout = layoutDiagram(diagram, width)
    const words = layout.moments.flatMap(({ lines }) => lines.map(({ box }) => box))
    const labels = layout.arrows.flatMap(({ label }) => label ?? [])
    expect(overlapping([...words, ...labels])).toEqual([])
    for (const { x, y, width: wide, height } of [...words, ...labels]) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + wide).toBeLessThanOrEqual(layout.width + 0.01)
      expect(y + height).toBeLessThanOrEqual(layout.height)
    }
    // The drawing grows only where words have no room beside so many lanes.
    if (diagram.lanes.length <= 3 && width >= 350) expect(layout.width).toBe(width)
  })

  test.each(widths)('at %i pixels keeps labels between two lanes, and off them', (width) => {
    const { lanes, arrows } = layoutDiagram(diagram, width)
    for (const { arrow, label } of arrows) {
      if (!label) continue
      for (const lane of lanes) {
        expect(lane <= label.x || lane >= label.x + label.width, arrow.label).toBe(true)
      }
    }
  })

  test('has rows that follow each other, each with room for its words', () => {
    const { moments } = layoutDiagram(diagram, 880)
    let bottom = 0
    for (const { row, lines, y } of moments) {
      expect(row.y).toBeGreaterThanOrEqual(bottom)
      bottom = row.y + row.height
      expect(y).toBeGreaterThan(row.y)
      for (const { box } of lines) {
        expect(box.y).toBeGreaterThanOrEqual(row.y)
        expect(box.y + box.height).toBeLessThanOrEqual(bottom)
      }
    }
  })

  test('puts the marks of one lane below each other, each beside its words', () => {
    const { moments } = layoutDiagram(diagram, 880)
    for (const [place, { marks }] of diagram.moments.entries()) {
      const { markYs = [], row } = moments[place] ?? {}
      const places = marks.map(({ lane }, i) => `${lane} ${markYs[i]}`)
      expect(new Set(places).size).toBe(places.length)
      for (const y of markYs) {
        expect(y).toBeGreaterThan(row?.y ?? 0)
        expect(y).toBeLessThan((row?.y ?? 0) + (row?.height ?? 0) - 8)
      }
    }
  })

  test('draws every message downwards, from its sender to where it ends', () => {
    const { arrows, lanes, moments } = layoutDiagram(diagram, 880)
    for (const { arrow, from, to } of arrows) {
      expect(to.y).toBeGreaterThanOrEqual(from.y)
      if (arrow.sent !== undefined) {
        expect(from).toEqual({ x: lanes[arrow.fromLane], y: moments[arrow.sent]?.y })
      }
      if (arrow.fate === 'delivered') {
        expect(to).toEqual({ x: lanes[arrow.toLane], y: moments[arrow.ended ?? 0]?.y })
      } else expect(lanes).not.toContain(to.x)
    }
  })

  test('becomes markup that is whole, and says everything in words', () => {
    const svg = svgDiagram(diagram)
    const open: string[] = []
    for (const [, slash, name = ''] of svg.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
      if (slash === '') open.push(name)
      else expect(open.pop()).toBe(name)
    }
    expect(open).toEqual([])
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    const text = svg
      .replace(/<[^>]*>/g, '')
      .replaceAll('&quot;', '"')
      .replace(/\s/g, '')
    for (const [place] of diagram.moments.entries()) {
      for (const { who, what } of linesOf(diagram, place, 'without sendings')) {
        expect(text.includes((who + what).replace(/\s/g, '')), what).toBe(true)
      }
    }
  })
})

describe('a drawing', () => {
  test('tells by shape what it tells by colour', () => {
    const svg = svgDiagram(electionPath())
    // A box with a cross in it for what is violated, a cross for what is lost, a ring for who is back.
    expect(svg.match(/<rect class="violation"/g)).toHaveLength(2)
    expect(svg.match(/<path class="inside"/g)).toHaveLength(2)
    expect(svg.match(/<line class="message lost"/g)).toHaveLength(1)
    expect(svg.match(/<circle class="open fault"/g)).toHaveLength(1)
    expect(svg.match(/<path class="head"/g)).toHaveLength(4)
    expect(svg.match(/<line class="message flight"/g)).toHaveLength(2)
  })

  test('has a name and a description for those who cannot see it', () => {
    const svg = svgDiagram(electionPath())
    expect(svg).toContain('role="img" aria-label="Two elected"')
    expect(svg).toContain('<title>Two elected</title>')
    expect(svg).toContain('<desc>3 lanes, 11 moments, 7 messages.</desc>')
  })

  test('has its own colours, those of its page, or no style', () => {
    const diagram = electionPath()
    expect(svgDiagram(diagram)).toContain('--paper:light-dark(')
    expect(svgDiagram(diagram, { style: 'page' })).not.toContain('--paper:light-dark(')
    expect(svgDiagram(diagram, { style: 'page' })).toContain('<style>')
    expect(svgDiagram(diagram, { style: 'none' })).not.toContain('<style>')
  })

  test('writes out what would be markup', () => {
    const hostile = '<script>alert("x")</script>&'
    const svg = svgDiagram({
      title: hostile,
      lanes: [{ name: hostile, label: hostile, role: 'node', note: hostile }],
      moments: [
        {
          number: 0,
          marks: [{ lane: 0, kind: 'output', text: hostile }],
          notes: [{ kind: 'fault', text: hostile }],
        },
      ],
      arrows: [],
      omitted: hostile,
    })
    expect(svg).not.toContain('<script>')
    expect(svg).toContain('&lt;script&gt;')
  })
})
