import type { RunReport } from '@quorate/core/experiments'
import { rounded } from '@quorate/core/experiments'
import type { Ended, Opened } from '../worker/messages.ts'
import { element } from './element.ts'
import { type MarkName, mark } from './mark.ts'
import { whereOf } from './properties-view.ts'

/** What the strip under the controls says. */
export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  /** The scenario cannot be run, or the lab itself failed. */
  | { readonly kind: 'refused'; readonly word: string; readonly message: string }
  | { readonly kind: 'ended'; readonly ended: Ended }
  | { readonly kind: 'opened'; readonly opened: Opened }

interface Line {
  /** For the style sheet, and for whoever watches the page. */
  readonly state: 'none' | 'running' | 'refused' | 'stopped' | RunReport['verdict']
  readonly mark: MarkName | undefined
  readonly word: string
  readonly text: string
}

/** Shows a verdict in the strip: its shape, its word, and one line of why. */
export function showVerdict(strip: HTMLElement, status: HTMLElement, verdict: Verdict): void {
  const line = lineOf(verdict)
  strip.dataset.state = line.state
  const drawing = line.mark ? [mark(line.mark)] : []
  const text = element('span', 'text', line.text)
  status.replaceChildren(element('strong', '', line.word), ' ', ...drawing, text)
}

function lineOf(verdict: Verdict): Line {
  switch (verdict.kind) {
    case 'none':
      return {
        state: 'none',
        mark: undefined,
        word: 'No run yet',
        text: 'Press Enter, or choose a scenario.',
      }
    case 'running':
      return { state: 'running', mark: 'open', word: 'Running', text: '' }
    case 'refused':
      return { state: 'refused', mark: 'refused', word: verdict.word, text: verdict.message }
    case 'ended':
      return endedLine(verdict.ended)
    case 'opened':
      return openedLine(verdict.opened)
  }
}

function openedLine({ verdict: state, because: text }: Opened): Line {
  switch (state) {
    case 'violated':
      return { state, mark: 'violated', word: 'Violated', text }
    case 'inconclusive':
      return { state, mark: 'open', word: 'Inconclusive', text }
    case 'held':
      return { state, mark: 'held', word: 'Held', text: 'All properties of the recorded run hold.' }
  }
}

function endedLine({ report, stopped }: Ended): Line {
  const { verdict: state } = report
  if (state === 'violated')
    return { state, mark: 'violated', word: 'Violated', text: violationText(report) }
  if (stopped) {
    const text = `Stopped at ${rounded(report.virtualSeconds)} s of virtual time.`
    return { state: 'stopped', mark: 'open', word: 'Held so far', text }
  }
  if (state === 'inconclusive')
    return { state, mark: 'open', word: 'Inconclusive', text: report.because ?? '' }
  const { length } = report.properties
  const text = length === 1 ? 'The one property holds.' : `All ${length} properties hold.`
  return { state, mark: 'held', word: 'Held', text: length === 0 ? '' : text }
}

/** The first property that broke: what happened, where. */
function violationText({ properties }: RunReport): string {
  const violated = properties.find(({ witness }) => witness)
  if (!violated) return ''
  const where = whereOf(violated)
  const evidence = where === '' ? '' : ` (${where})`
  return `${violated.name}: ${violated.witness?.message}${evidence}`
}
