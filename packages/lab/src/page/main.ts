import { rounded, ScenarioError, whole } from '@quorate/core/experiments'
import { fragmentOf, type Setting, scenarioOf, settingsOf } from '../scenario-address.ts'
import type { Catalogue, Progress, WorkerAnswer, WorkerRequest } from '../worker/messages.ts'
import { aboutView, protocolsView } from './about-view.ts'
import { copyOnPress } from './copy-button.ts'
import { elementById } from './element.ts'
import { onFile } from './open-file.ts'
import { drawingWidth, hideOpened, showOpened } from './opened-view.ts'
import { hideReport, showReport } from './report-view.ts'
import { ScenarioForm } from './scenario-form.ts'
import { showVerdict, type Verdict } from './verdict-view.ts'

/** The page: what it shows, and what its controls do. The runs themselves happen in the worker. */

const strip = elementById('verdict', HTMLElement)
const status = elementById('status', HTMLElement)
const progress = elementById('progress', HTMLElement)
const results = elementById('results', HTMLElement)
const about = elementById('about', HTMLElement)
const runButton = elementById('run', HTMLButtonElement)
const stopButton = elementById('stop', HTMLButtonElement)

const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module' })
/** The number of the newest run: answers about older ones come too late. */
let run = 0
/** The name of the file that the newest run comes from; empty where it comes from the form. */
let opening = ''

worker.addEventListener('message', ({ data }: MessageEvent<WorkerAnswer>) => {
  if (data.kind === 'catalogue') begin(data)
  else if (data.run === run) answer(data)
})
worker.addEventListener('error', ({ message }) => {
  refuse(new Error(message || 'the simulator could not be loaded'))
})
copyOnPress(elementById('copy', HTMLButtonElement), elementById('command', HTMLElement))

/** The simulator is there, and has said what it can run. */
function begin(catalogue: Catalogue): void {
  const form = new ScenarioForm(catalogue)
  const showAbout = () => {
    const { chosen } = form
    about.replaceChildren(
      ...(chosen ? aboutView(chosen.protocol, chosen.bug) : protocolsView(catalogue.protocols)),
    )
  }
  const readAddress = () => {
    attempt(() => {
      const settings = settingsOf(location.hash)
      form.show(settings)
      showAbout()
      // An address without a fragment waits for a choice.
      if (settings.length > 0) start(settings)
      else {
        hideReport()
        hideOpened()
        idle({ kind: 'none' })
      }
    })
  }
  form.element.addEventListener('change', showAbout)
  form.element.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(() => start(form.settings()))
  })
  window.addEventListener('hashchange', readAddress)
  document.addEventListener('keydown', (event) => press(event, form.element))
  stopButton.addEventListener('click', stop)
  onFile(open, (message) => refuse(new ScenarioError(message), 'Cannot open'))
  runButton.disabled = false
  showAbout()
  readAddress()
}

function press(event: KeyboardEvent, form: HTMLFormElement): void {
  if (event.key === 'Escape') stop()
  // Where Enter has no meaning of its own, it runs what the form says.
  if (event.key === 'Enter' && event.target === document.body) form.requestSubmit()
}

function attempt(act: () => void): void {
  try {
    act()
  } catch (error) {
    refuse(error)
  }
}

/** Runs what the settings say, and makes it the page's address. */
function start(settings: readonly Setting[]): void {
  const fragment = `#${fragmentOf(settings)}`
  if (fragment !== location.hash) history.pushState(null, '', fragment)
  const scenario = scenarioOf(settings)
  run += 1
  opening = ''
  hideOpened()
  ask({ kind: 'run', run, scenario })
  running()
}

/** Runs again what a file holds, and shows it. */
function open(file: ArrayBuffer, name: string): void {
  run += 1
  opening = name
  worker.postMessage({ kind: 'open', run, file, width: drawingWidth() } satisfies WorkerRequest, [
    file,
  ])
  running()
}

function running(): void {
  stopButton.disabled = false
  results.setAttribute('aria-busy', 'true')
  progress.textContent = ''
  showVerdict(strip, status, { kind: 'running' })
}

function stop(): void {
  ask({ kind: 'stop' })
}

function ask(request: WorkerRequest): void {
  worker.postMessage(request)
}

function answer(data: Exclude<WorkerAnswer, Catalogue>): void {
  switch (data.kind) {
    case 'progress':
      showProgress(data)
      return
    case 'ended':
      showReport(data)
      idle({ kind: 'ended', ended: data })
      return
    case 'opened':
      hideReport()
      showOpened(data)
      idle({ kind: 'opened', opened: data })
      return
    case 'refused':
      if (opening === '') refuse(new ScenarioError(data.message))
      else refuse(new ScenarioError(`${opening}: ${data.message}`), 'Cannot open')
      return
    case 'failed':
      refuse(new Error(data.message))
  }
}

function showProgress({ virtualSeconds, decisions, what, events, share }: Progress): void {
  strip.style.setProperty('--share', `${share * 100}%`)
  const parts = [`${rounded(virtualSeconds)} s`, `${whole(decisions)} ${what}`]
  progress.textContent = `${parts.join(', ')}, ${whole(events)} events`
}

/** Says in one line why nothing runs: a scenario that cannot be run, or a fault of ours. */
function refuse(error: unknown, what = 'Cannot run'): void {
  const message = error instanceof Error ? error.message : String(error)
  const word = error instanceof ScenarioError ? what : 'Failed'
  // What is still shown would be another scenario's; a run that goes on would be too.
  run += 1
  stop()
  hideReport()
  hideOpened()
  idle({ kind: 'refused', word, message })
}

/** Nothing runs any more, or yet. */
function idle(verdict: Verdict): void {
  if (document.activeElement === stopButton) runButton.focus()
  stopButton.disabled = true
  results.removeAttribute('aria-busy')
  progress.textContent = ''
  strip.style.removeProperty('--share')
  showVerdict(strip, status, verdict)
}
