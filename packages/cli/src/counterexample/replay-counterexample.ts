import { diagramOfCounterexample, type MessageDiagram } from '@quorate/core/diagram'
import { counted } from '@quorate/core/experiments'
import {
  type Counterexample,
  type CounterexampleReplay,
  decodeCounterexample,
  describeStep,
  replayCounterexample,
} from '@quorate/core/explorer'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { counterexampleText, worldName } from './counterexample-text.ts'
import { writeDiagram } from './diagram-files.ts'
import { stepMoment, stepMomentText } from './step-moment.ts'

/** The flags of `quorate replay` that a counterexample knows. */
export interface CounterexampleFlags {
  readonly to?: string
  readonly svg?: string
  readonly html?: string
  readonly ascii?: boolean
  readonly json?: boolean
}

/**
 * Takes the steps of a counterexample file again, and shows them.
 * @throws UsageError for what is no counterexample, in one line
 */
export function showCounterexample(path: string, text: string, flags: CounterexampleFlags): number {
  const found = within(path, () => decodeCounterexample(text))
  const to = flags.to === undefined ? undefined : stepCount(flags.to, found)
  const replayed = within(path, () => retaken(found))
  if (!replayed.broken) {
    const after = counted(found.steps.length, 'step')
    throw new UsageError(`${path}: ${found.property} holds after its ${after}: ${otherwise(found)}`)
  }
  const diagram = diagramOfCounterexample(found, replayed, to)
  writeDiagram(diagram, flags, {
    title: diagram.title,
    lead: `In ${counted(found.steps.length, 'step')}: ${replayed.broken.message}.`,
    counts: 'step',
    foot: `Quorate ${found.quorate}; ${worldName(found)}; quorate replay shows it again.`,
  })
  if (to !== undefined) {
    const moment = stepMoment(found, replayed, to)
    process.stdout.write(flags.json ? json(moment) : stepMomentText(moment))
    return exitCodes.held
  }
  process.stdout.write(
    flags.json
      ? json(documentOf(found, replayed, diagram))
      : counterexampleText(found, replayed, diagram, flags.ascii),
  )
  return exitCodes.violated
}

/** Steps that cannot be taken are another version's, or somebody's who changed them. */
function retaken(found: Counterexample): CounterexampleReplay {
  try {
    return replayCounterexample(found)
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('cannot happen')) {
      throw new RangeError(`${error.message}: ${otherwise(found)}`)
    }
    throw error
  }
}

/** Why a file is not what it says, as for a trace. */
function otherwise({ quorate }: Counterexample): string {
  return `another version found it (${quorate}), or it was changed`
}

/** What `quorate replay --json` prints of a counterexample. */
function documentOf(
  { quorate, protocol, world, property, lasso }: Counterexample,
  { steps, broken }: CounterexampleReplay,
  diagram: MessageDiagram,
): object {
  return {
    schema: 'quorate.counterexample-replay/1',
    quorate,
    protocol,
    world,
    property,
    violated: true,
    message: broken?.message,
    nodes: broken?.nodes,
    ...(lasso === undefined ? {} : { lasso }),
    steps: steps.map(({ step, sent, thrown }, i) => ({
      number: i + 1,
      step,
      what: describeStep(step),
      sent,
      ...(thrown === undefined ? {} : { thrown }),
    })),
    diagram,
  }
}

function stepCount(text: string, { steps }: Counterexample): number {
  const step = Number(text)
  if (!/^\d+$/.test(text) || step > steps.length)
    throw new UsageError(
      `--to '${text}': the counterexample has the steps 1 to ${steps.length}, and 0 is the start`,
    )
  return step
}

function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${path}: ${error.message}`)
    throw error
  }
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`
}
