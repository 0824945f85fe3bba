import { styleText } from 'node:util'
import { counted, rounded, wallTime, whole } from '@quorate/core/experiments'
import { describeStep, type Step } from '@quorate/core/explorer'
import type {
  CoinReport,
  FlpReport,
  InitialReport,
  ScheduleReport,
  StageReport,
  StepsToDecide,
} from '@quorate/core/flp'
import { columnsOf, labelled, labelledCommand, wrapped } from './text-layout.ts'
import { verdictStyles, verdictWords } from './verdict-style.ts'

const labelWidth = 15
/** Stages that are written out, at the beginning and at the end. */
const firstStages = 9
const lastStages = 3
/** Characters of a step that are shown. */
const longestStep = 100

/** The theorem on one protocol, for a person to read. */
export function flpText(report: FlpReport, columns = columnsOf(process.stdout)): string {
  const paragraphs = [
    heading(report, columns),
    violationLines(report, columns),
    initialLines(report),
    stageLines(report, columns),
    report.schedule ? scheduleLines(report, report.schedule, columns) : [],
    waysAround(report, columns),
  ]
  const shown = paragraphs.filter((lines) => lines.length > 0)
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function heading(report: FlpReport, columns: number): string[] {
  const { protocol, nodes, seed, verdict, schedule, wallSeconds } = report
  const word = verdictWords[verdict]
  const because =
    verdict === 'held' && schedule
      ? `${whole(schedule.steps)} steps in which every message is received in its turn, nobody crashes and nobody decides`
      : report.because
  const [first = '', ...more] = wrapped(`${word}: ${because}`, columns)
  return [
    `${styleText('bold', 'flp')}  ${protocol}, ${nodes} processes, seed ${seed}, in ${wallTime(wallSeconds)}`,
    styleText(verdictStyles[verdict], word) + first.slice(word.length),
    ...more.map((line) => `  ${line}`),
  ]
}

function violationLines({ violation }: FlpReport, columns: number): string[] {
  if (!violation) return []
  return [
    title(
      `The steps that lead there, where the processes propose ${violation.proposals.join(', ')}`,
    ),
    ...violation.path.map((step, i) => labelled(numbered(i), 10, stepText(step), columns)),
  ]
}

function initialLines({ initial, start }: FlpReport): string[] {
  if (initial.length === 0) return []
  const width = Math.max(...initial.map(({ proposals }) => proposals.join(' ').length))
  return [
    title('Initial configurations (lemma 2): what is proposed, and what can be decided'),
    ...initial.map((one, place) => {
      const proposals = one.proposals.join(' ').padEnd(width)
      const here = place === start ? '   ← the schedule begins here' : ''
      return `  ${proposals}   ${valencyText(one)}${here}`
    }),
  ]
}

function valencyText({ valency, stepsToDecide }: InitialReport): string {
  if (valency === 'unknown') return 'nothing was found'
  return openText(stepsToDecide)
}

/** `0 in 12 steps, 1 in 24`. */
function openText(stepsToDecide: StepsToDecide): string {
  const found = Object.entries(stepsToDecide).filter(([, steps]) => steps !== null)
  return found
    .map(([value, steps], i) => `${value} in ${i === 0 ? counted(steps ?? 0, 'step') : steps}`)
    .join(', ')
}

function stageLines({ stages }: FlpReport, columns: number): string[] {
  if (stages.length === 0) return []
  const lines = [
    title('The schedule (theorem 1), and after how many more steps what can still be decided'),
  ]
  const skipped = stages.length - firstStages - lastStages
  let step = 0
  for (const [place, stage] of stages.entries()) {
    const events = [...stage.before, ...(stage.event ? [stage.event] : [])]
    if (skipped <= 0 || place < firstStages || place >= firstStages + skipped)
      lines.push(...stageText(stage, step, columns))
    else if (place === firstStages)
      lines.push(`      ┊   ${counted(skipped, 'more stage')}: --json has them all`)
    step += events.length
  }
  const legend =
    '* what had waited longest for the process whose turn it is; the steps before it keep the outcome open'
  return [...lines, ...wrapped(legend, columns - 2).map((line) => `  ${line}`)]
}

function stageText(stage: StageReport, stepsBefore: number, columns: number): string[] {
  const { process, before, event, stepsToDecide } = stage
  const last = event ? stepText(event) : `nothing waits for process ${process}`
  const open = `${last}   [${openText(stepsToDecide)}]`
  const place = stepsBefore + before.length
  return [
    ...before.map((step, i) => labelled(numbered(stepsBefore + i), 10, stepText(step), columns)),
    labelled(`${numbered(place)} *`, 10, open, columns),
  ]
}

/** The number of the step at this place of a schedule. */
function numbered(place: number): string {
  return `  ${whole(place + 1).padStart(5)}`
}

/** A step in one line; certificates and the like are cut short. */
function stepText(step: Step): string {
  const text = describeStep(step)
  return text.length > longestStep ? `${text.slice(0, longestStep)}…` : text
}

function scheduleLines(report: FlpReport, schedule: ScheduleReport, columns: number): string[] {
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const { steps, received, timeouts, pending, oldestPendingSteps } = schedule
  const { longestWaitSteps, longestTimerSteps } = schedule
  const waiting =
    pending === 0
      ? 'none waits now'
      : `${counted(pending, 'message')} wait now, the oldest for ${counted(oldestPendingSteps, 'step')}`
  const ends = Object.entries(schedule.witnesses).map(
    ([value, path]) => `${value} after ${counted(path.length, 'step')}`,
  )
  return [
    row(
      'steps',
      `${whole(steps)} in ${counted(report.stages.length, 'stage')}: ${counted(received, 'message')} received, ${counted(timeouts, 'timer')} fired`,
    ),
    row(
      'fairness',
      `no message waited more than ${counted(longestWaitSteps, 'step')}, and no timer more than ${whole(longestTimerSteps)}; ${waiting}`,
    ),
    row('taken by', schedule.stepsOfProcess.map((taken, i) => `${i}: ${whole(taken)}`).join(', ')),
    row('at the end', `some process can still decide ${ends.join(', and ')}`),
  ]
}

function waysAround({ bounded, coins, protocol }: FlpReport, columns: number): string[] {
  const lines: string[] = []
  if (bounded) {
    const { verdict, decisions, virtualSeconds, because, replay } = bounded
    const how =
      verdict === 'held'
        ? `all ${decisions} processes decide within ${rounded(virtualSeconds * 1000)} ms`
        : because
    lines.push(
      title('Where delays are bounded'),
      `  ${verdict === 'held' ? '✓' : '×'} ${protocol}: ${how}`,
      labelledCommand('    again', labelWidth, replay, columns),
    )
  }
  if (coins) lines.push(...(lines.length > 0 ? [''] : []), ...coinLines(coins, columns))
  return lines
}

function coinLines(coins: CoinReport, columns: number): string[] {
  const { protocol, nodes, runs, decided, steps, openSteps, rounds } = coins
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const span = ({ mean, most }: { mean: number; most: number }) =>
    `${rounded(mean)} on average, ${whole(most)} at most`
  return [
    title('With coins, against the same adversary'),
    `  ${decided === runs ? '✓' : '×'} ${protocol}, ${nodes} processes: all decide in ${whole(decided)} of ${counted(runs, 'run')}`,
    row('  open for', `${span(openSteps)}, in steps`),
    row('  decided by', `${span(steps)}, in steps`),
    row('  rounds', span(rounds)),
  ]
}

function title(text: string): string {
  return styleText('bold', text)
}
