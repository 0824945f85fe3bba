import { Experiment, encodeTraceFile, planOf, type Scenario } from '@quorate/core/experiments'
import { encodeCounterexample, explore, worldOptions } from '@quorate/core/explorer'
import { variantNamed } from '@quorate/core/protocols'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltPage, buildAndServe } from './testing/built-page.ts'
import { chromiumFound, launchChromium, unlessFound } from './testing/chromium.ts'

/** A counterexample file, as quorate check writes it. */
function counterexampleFile(): string {
  const name = 'raft+two-votes-in-a-term'
  const { protocol, node } = variantNamed(name)
  const world = { name: 'two candidates', nodes: 3, bounds: { timeouts: { election: 2 } } }
  const { violation } = explore(worldOptions(protocol, world, node))
  if (!violation) throw new Error('the planted bug does not show')
  const { property, message, nodes, path: steps } = violation
  return encodeCounterexample({
    quorate: '0',
    protocol: name,
    world,
    property,
    message,
    nodes,
    steps,
  })
}

/** A trace file, as quorate run writes it. */
function traceFile(scenario: Scenario): Buffer {
  const experiment = new Experiment(planOf(scenario), { recordTrace: true }).complete()
  return Buffer.from(encodeTraceFile(scenario, experiment.world.trace, true))
}

describe.skipIf(!chromiumFound)(`a file in the page${unlessFound}`, () => {
  let site: BuiltPage
  let browser: Browser
  const found = counterexampleFile()
  const complaints: string[] = []

  beforeAll(async () => {
    site = await buildAndServe()
    browser = await launchChromium()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text())
    })
    await page.goto(site.url)
    await page.locator('#run:enabled').waitFor()
    return page
  }

  async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
    const buffer = Buffer.from(content)
    await page.getByLabel('Open a trace or a counterexample').setInputFiles({
      name,
      mimeType: 'application/octet-stream',
      buffer,
    })
    await page.locator('#verdict:not([data-state=none], [data-state=running])').waitFor()
  }

  async function openFile(
    content: string | Buffer,
    options?: BrowserContextOptions,
  ): Promise<Page> {
    const page = await openPage(options)
    await choose(page, 'found.json', content)
    return page
  }

  /** What can be read in a part of the page. */
  const textOf = async (page: Page, selector: string) =>
    (await page.locator(selector).allInnerTexts()).join('\n')
  const statusOf = (page: Page) => textOf(page, '#status')
  const afterCount = (page: Page) => page.locator('#drawing g.moment.after').count()

  test('shows a counterexample: what is violated, and who told whom', async () => {
    const page = await openFile(found)
    expect(await statusOf(page)).toMatch(/^Violated[\s\S]*election safety: both lead term 1/)
    expect(await textOf(page, '#opened-title')).toContain('raft+two-votes-in-a-term')
    expect(await page.locator('#drawing g.moment').count()).toBe(11)
    expect(await page.locator('#drawing rect.broken').count()).toBe(1)
    expect(await textOf(page, '#step-words')).toMatch(/^step 10 of 10\n/)
    const colour = await page
      .locator('#drawing rect.violation')
      .first()
      .evaluate((rect) => getComputedStyle(rect).fill)
    expect(colour).toBe('rgb(193, 26, 43)')
  })

  test('goes step by step, by buttons, by keys and by a click', async () => {
    const page = await openFile(found)
    expect(await afterCount(page)).toBe(0)
    expect(await page.getByRole('button', { name: 'Step on' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Step back' }).click()
    expect(await afterCount(page)).toBe(1)
    const slider = page.getByRole('slider', { name: 'Step' })
    await slider.press('ArrowLeft')
    await slider.press('ArrowLeft')
    expect(await afterCount(page)).toBe(3)
    expect(await slider.getAttribute('aria-valuetext')).toBe('step 7 of 10')
    await slider.press('Home')
    expect(await textOf(page, '#step-words')).toBe('step 0 of 10\nevery node has started')
    await page.locator('#drawing g.moment text.number', { hasText: /^4$/ }).click()
    expect(await textOf(page, '#step-words')).toMatch(/^step 4 of 10\nnode 1 times out/)
    expect(await page.locator('#drawing g.current text.number').textContent()).toBe('4')
    expect(await afterCount(page)).toBe(6)
  })

  test('shows a trace: its verdict, and the events that led to the violation', async () => {
    const broken = { protocol: 'raft+read-without-quorum', chaos: true, seed: 3 }
    const page = await openFile(traceFile(broken))
    expect(await statusOf(page)).toMatch(/^Violated[\s\S]*linearizability: key "k\d+"/)
    expect(await textOf(page, '#opened-omitted')).toMatch(/the last 160 are shown\.$/)
    expect(await textOf(page, '#step-words')).toContain('× linearizability')
    await choose(page, 'run.trace', traceFile({ protocol: 'raft', nodes: 3, for: '9s' }))
    await page.locator('#verdict[data-state=held]').waitFor()
  })

  test('takes a file that is dropped', async () => {
    const page = await openPage()
    await page.evaluate((content) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([content], 'found.json'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }))
    }, found)
    await page.locator('#verdict[data-state=violated]').waitFor()
    expect(await page.locator('#drawing svg').count()).toBe(1)
  })

  test('says in one line what is wrong with a file, and keeps its controls', async () => {
    const page = await openPage()
    const damaged = traceFile({ protocol: 'raft', for: '1s' }).subarray(0, -9)
    for (const [content, reason] of [
      ['no such thing', 'found.json: not a trace file'],
      [damaged, 'found.json: the trace is truncated or damaged'],
      [found.slice(0, -30), 'found.json: the counterexample is truncated or damaged'],
      [found.replace('"granted":true', '"granted":false'), 'found.json: cannot happen: '],
      [found.replaceAll('raft+two-votes', 'rift'), "found.json: unknown protocol 'rift-in-a-term'"],
    ] as const) {
      await choose(page, 'found.json', content)
      const status = page.getByRole('status').filter({ hasText: reason })
      await status.waitFor()
      expect(await status.textContent()).toContain('Cannot open')
      expect(await page.locator('#opened').isVisible()).toBe(false)
      expect(await page.locator('#run').isEnabled()).toBe(true)
    }
  })

  test('gives way to a run, and a run to a file', async () => {
    const page = await openFile(found)
    await page.getByLabel('At most, in decisions').fill('5')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.locator('#trace-hash').waitFor()
    expect(await page.locator('#opened').isVisible()).toBe(false)
    await choose(page, 'found.json', found)
    await page.locator('#opened').waitFor()
    expect(await page.locator('#again').isVisible()).toBe(false)
  })

  test('has no accessibility violations, light or dark, at the end and before', async () => {
    const page = await openFile(found)
    await page.evaluate(axe.source)
    const failures: string[][] = []
    for (const step of ['End', 'Home'] as const) {
      await page.getByRole('slider', { name: 'Step' }).press(step)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run(),
        )
        failures.push(...violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))
      }
    }
    expect(failures).toEqual([])
  })

  test('fits a phone: nothing scrolls sideways, and everything can be hit with a thumb', async () => {
    const page = await openFile(found, { hasTouch: true, viewport: { width: 360, height: 740 } })
    const { sideways, heights, drawing } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      const targets = [...document.querySelectorAll('button, label, input[type=range]')]
      return {
        sideways: scrollWidth - clientWidth,
        heights: targets.map((target) => target.getBoundingClientRect().height),
        drawing: document.querySelector('#drawing svg')?.getBoundingClientRect().width ?? 0,
      }
    })
    expect(sideways).toBe(0)
    expect(Math.min(...heights.filter((height) => height > 0))).toBeGreaterThanOrEqual(44)
    expect(drawing).toBeLessThanOrEqual(360)
  })

  test('loads the explorer only when a file is opened', async () => {
    const page = await openPage()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await choose(page, 'found.json', found)
    const scripts = loaded.filter((url) => url.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(0)
    for (const url of loaded) expect(url.startsWith(site.url), url).toBe(true)
  })
})
