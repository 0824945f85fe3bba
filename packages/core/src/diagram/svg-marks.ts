import { element } from './markup.ts'
import type { MarkKind } from './message-diagram.ts'
import { distance, type Point } from './svg-layout.ts'

/** The shape of a mark: it says without colour what happens. */
export function markShape(kind: MarkKind, { x, y }: Point): string {
  switch (kind) {
    case 'start':
      return path('stroke', `M${x - 7} ${y}h14`)
    case 'timeout':
      return circle('open', { x, y }, 6) + path('stroke', `M${x} ${y - 3.5}v3.5l2.4 1.8`)
    case 'command':
      return path('solid', `M${x - 2} ${y}l-8 -4.5v3h-7v3h7v3z`)
    case 'reply':
      return path('open', `M${x - 17} ${y}l8 -4.5v3h6v3h-6v3z`)
    case 'durable':
      return path('stroke', `M${x - 5} ${y - 2}h10M${x - 5} ${y + 2}h10`)
    case 'mined':
      return element('rect', {
        class: 'open',
        x: x - 5.5,
        y: y - 5.5,
        width: 11,
        height: 11,
        rx: 3,
      })
    case 'output':
      return element('rect', { class: 'solid', x: x - 5, y: y - 5, width: 10, height: 10 })
    case 'crash':
      return path('fault', `M${x - 6} ${y - 6}l12 12M${x + 6} ${y - 6}l-12 12`)
    case 'restart':
      return circle('open fault', { x, y }, 5.5)
    case 'violation':
      return (
        element('rect', { class: 'violation', x: x - 8, y: y - 8, width: 16, height: 16, rx: 2 }) +
        path('inside', `M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`)
      )
  }
}

/** A head at the end of a line, where it comes from: `gap` pixels before the end. */
export function arrowHead(from: Point, to: Point, gap: number): { tip: Point; shape: string } {
  const length = distance(from, to) || 1
  const dx = (to.x - from.x) / length
  const dy = (to.y - from.y) / length
  const tip = { x: to.x - dx * gap, y: to.y - dy * gap }
  const back = { x: tip.x - dx * 8, y: tip.y - dy * 8 }
  const corners = [
    tip,
    { x: back.x - dy * 3.4, y: back.y + dx * 3.4 },
    { x: back.x + dy * 3.4, y: back.y - dx * 3.4 },
  ]
  const d = corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${near(x)} ${near(y)}`).join('')
  return { tip: back, shape: path('head', `${d}z`) }
}

export function cross({ x, y }: Point): string {
  return path('fault', `M${near(x - 4)} ${near(y - 4)}l8 8M${near(x + 4)} ${near(y - 4)}l-8 8`)
}

export function path(className: string, d: string): string {
  return element('path', { class: className, d })
}

export function circle(className: string, { x, y }: Point, r: number): string {
  return element('circle', { class: className, cx: x, cy: y, r })
}

/** To a hundredth of a pixel. */
export function near(value: number): number {
  return Math.round(value * 100) / 100
}
