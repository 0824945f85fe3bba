import {
  diagramOfCounterexample,
  diagramOfRun,
  diagramStyle,
  type MessageDiagram,
  momentWords,
  svgDiagram,
} from '@quorate/core/diagram'
import { decodeTraceFile, Experiment, planOf } from '@quorate/core/experiments'
import {
  decodeCounterexample,
  looksLikeCounterexample,
  replayCounterexample,
} from '@quorate/core/explorer'
import type { Opened } from './messages.ts'

type Content = Omit<Opened, 'kind' | 'run'>

/**
 * What a file holds, run again and drawn.
 * @param complete runs an experiment to its end, or as far as it is let
 * @throws RangeError or ScenarioError, in one line, for a file that is neither a trace nor a counterexample
 */
export async function openedFile(
  file: ArrayBuffer,
  width: number,
  complete: (experiment: Experiment) => Promise<unknown>,
): Promise<Content> {
  const text = new TextDecoder().decode(file)
  return looksLikeCounterexample(text)
    ? counterexample(text, width)
    : trace(new Uint8Array(file), width, complete)
}

function counterexample(text: string, width: number): Content {
  const found = decodeCounterexample(text)
  const replayed = replayCounterexample(found)
  const { property, quorate } = found
  const { broken } = replayed
  if (!broken) {
    throw new RangeError(
      `${property} holds at the end: another version found it (${quorate}), or it was changed`,
    )
  }
  const diagram = diagramOfCounterexample(found, replayed)
  return {
    ...drawn(diagram, width),
    counts: 'step',
    verdict: 'violated',
    because: `${property}: ${broken.message}`,
    command: 'quorate replay',
  }
}

async function trace(
  bytes: Uint8Array,
  width: number,
  complete: (experiment: Experiment) => Promise<unknown>,
): Promise<Content> {
  const recorded = decodeTraceFile(bytes)
  const experiment = new Experiment(planOf(recorded.scenario), {
    recordTrace: true,
    recordCauses: true,
  })
  await complete(experiment)
  const { world } = experiment
  if (recorded.complete && world.trace.hash !== recorded.traceHash) {
    throw new RangeError(
      'the run is not as it was recorded: another version recorded it, or it was changed',
    )
  }
  const { verdict, because = '' } = experiment.report(0)
  return {
    ...drawn(diagramOfRun(experiment), width),
    counts: 'event',
    verdict,
    because,
    command: 'quorate replay --diagram',
  }
}

function drawn(
  diagram: MessageDiagram,
  width: number,
): Pick<Content, 'title' | 'omitted' | 'moments' | 'svg' | 'style'> {
  return {
    title: diagram.title,
    omitted: diagram.omitted ?? '',
    moments: diagram.moments.map(({ number }, place) => ({
      number,
      words: momentWords(diagram, place),
    })),
    svg: svgDiagram(diagram, { width, style: 'none' }),
    style: diagramStyle,
  }
}
