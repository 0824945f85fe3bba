import { Experiment, type PropertyReport, planOf, type RunReport } from '@quorate/core/experiments'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { scenarioOf, settingsOf } from './scenario-address.ts'
import { type BuiltPage, buildAndServe } from './testing/built-page.ts'
import { chromiumFound, launchChromium, unlessFound } from './testing/chromium.ts'

const raftInChaos = '#protocol=raft&nodes=5&network=wan&chaos&seed=7'
/** With the difficulty at which forks are frequent. */
const forkingChain = '#protocol=nakamoto&nodes=10&until=60&seed=7&param=targetSpacingSeconds=3'

/** The run of this address in this process. */
function runHere(fragment: string): RunReport {
  const experiment = new Experiment(planOf(scenarioOf(settingsOf(fragment))))
  while (!experiment.advance(100_000));
  return experiment.report(1)
}

/** The first seed with which a planted bug shows. */
function brokenRun(): { fragment: string; property: PropertyReport } {
  for (let seed = 1; seed <= 50; seed++) {
    const fragment = `#protocol=raft+snapshot-loses-sessions&network=wan&chaos&seed=${seed}`
    const property = runHere(fragment).properties.find(({ witness }) => witness)
    if (property) return { fragment, property }
  }
  throw new Error('no seed up to 50 shows the planted bug')
}

if (!chromiumFound) console.warn(`The tests of the page in a browser are left out${unlessFound}.`)

describe.skipIf(!chromiumFound)(`the page in a browser${unlessFound}`, () => {
  let site: BuiltPage
  let browser: Browser
  let broken: ReturnType<typeof brokenRun>
  /** What the page complained of on its console. */
  const complaints: string[] = []

  beforeAll(async () => {
    site = await buildAndServe()
    browser = await launchChromium()
    broken = brokenRun()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  async function open(fragment: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(message.text())
    })
    await page.goto(site.url + fragment)
    return page
  }

  /** The page once its run has ended, or has been refused. */
  async function openToEnd(fragment: string, options?: BrowserContextOptions): Promise<Page> {
    const page = await open(fragment, options)
    await ended(page)
    return page
  }

  const ended = (page: Page) =>
    page.locator('#verdict:not([data-state=none], [data-state=running])').waitFor()
  /** The text of a part of the page, once it can be seen. */
  const textOf = async (page: Page, id: string): Promise<string> => {
    const part = page.locator(`#${id}`)
    await part.waitFor()
    return (await part.textContent())?.trim() ?? ''
  }
  const stateOf = (page: Page) => page.locator('#verdict').getAttribute('data-state')

  for (const [what, fragment] of [
    ['Raft in chaos', raftInChaos],
    ['a chain', '#protocol=nakamoto&nodes=10&until=20'],
  ] as const) {
    for (const passing of ['reference', 'frozen', 'encoded']) {
      test(`runs ${what}, messages ${passing}, to the verdict and the trace hash of Node.js`, async () => {
        const here = runHere(`${fragment}&passing=${passing}`)
        const page = await openToEnd(`${fragment}&passing=${passing}`)
        expect(await stateOf(page)).toBe(here.verdict)
        expect(await textOf(page, 'trace-hash')).toBe(here.traceHash)
        expect(await page.locator('#command').textContent()).toBe(here.replay)
        const shown = await page.locator('.figures .value').allInnerTexts()
        expect(shown).toContain(here.metrics.events.toLocaleString('en'))
        const properties = await page.locator('.property').allInnerTexts()
        expect(properties).toEqual(here.properties.map(({ name }) => name))
      })
    }
  }

  test.each([
    ['liars in the simulated world', '#protocol=pbft&byzantine=0=twins&for=2s&seed=3'],
    ['certificates and a drawn attack', '#protocol=hotstuff&chaos&for=5s&seed=4'],
    ['coins', '#protocol=ben-or&chaos&seed=5'],
    ['clocks', '#protocol=vector-clocks&chaos&for=5s&seed=6'],
  ])('runs %s to the trace hash of Node.js', async (_, fragment) => {
    const page = await openToEnd(fragment)
    const { traceHash, decided = [], byzantine = [] } = runHere(fragment)
    expect(await textOf(page, 'trace-hash')).toBe(traceHash)
    const shown = await textOf(page, 'figures')
    for (const { value } of decided) expect(shown).toContain(`decided${value}`)
    for (const liar of byzantine) expect(shown).toContain(liar)
  })

  test('says what is happening at the end, and how long clients waited', async () => {
    const page = await openToEnd(raftInChaos)
    expect(await textOf(page, 'moment')).toMatch(/\w+\.$/)
    const counts = await page.locator('.latency .count').allInnerTexts()
    const operations = counts.reduce((sum, count) => sum + Number(count.replaceAll(',', '')), 0)
    expect(operations).toBeGreaterThan(runHere(raftInChaos).metrics.decisions / 2)
  })

  test('shows the last forks of a chain, each block with its miner', async () => {
    const { chain } = runHere(forkingChain)
    expect(chain?.lastForks).not.toEqual([])
    const page = await openToEnd(forkingChain)
    const heights = await page.locator('.forks tbody th').allInnerTexts()
    expect(heights).toEqual(chain?.lastForks.map(({ height }) => String(height)))
    const first = chain?.lastForks[0]?.stale[0]
    const blocks = await page.locator('.forks .block').allInnerTexts()
    expect(blocks).toContain(`${first?.block.slice(-8)} node ${first?.miner}`)
  })

  test('shows a planted bug as a boxed ×, with the property, the nodes and the events', async () => {
    const { name, kind, witness } = broken.property
    const page = await openToEnd(broken.fragment)
    expect(await stateOf(page)).toBe('violated')
    expect(await page.locator('#verdict use').getAttribute('href')).toBe('#mark-violated')
    const status = await textOf(page, 'status')
    expect(status).toContain('Violated')
    expect(status).toContain(`${name}: ${witness?.message}`)
    for (const event of witness?.events ?? []) expect(status).toContain(event.toLocaleString('en'))
    const item = page.locator('.properties li', { hasText: name }).first()
    expect(await item.textContent()).toContain(`${kind}, violated`)
    expect(await item.locator('use').getAttribute('href')).toBe('#mark-violated')
    expect(await textOf(page, 'about')).toContain('snapshot holds the machine')
  })

  test('shows a dotted ring and the reason where nothing can be said', async () => {
    const fragment = '#protocol=raft&network=wan&for=2s&until=100000'
    const here = runHere(fragment)
    expect(here.verdict).toBe('inconclusive')
    const page = await openToEnd(fragment)
    expect(await stateOf(page)).toBe('inconclusive')
    expect(await page.locator('#verdict use').getAttribute('href')).toBe('#mark-open')
    expect(await textOf(page, 'status')).toContain(here.because)
  })

  test('says in one line what is wrong with an address, and keeps its controls', async () => {
    const wrong: [fragment: string, message: string][] = [
      ['#protocol=rift', "unknown protocol 'rift': the protocols are "],
      ['#protocol=raft&nodes=five', "nodes is 'five': it must be a whole number, 0 or more"],
      ['#protocol=raft&network=moon', "unknown network 'moon': the networks are lan, "],
      ['#protocol=raft&nods=5', "there is no setting 'nods': there are protocol, "],
      ['#protocol=raft&for=%', "the address has '%': "],
    ]
    const page = await open('')
    for (const [fragment, message] of wrong) {
      await page.goto(site.url + fragment)
      const status = page.getByRole('status').filter({ hasText: message })
      await status.waitFor()
      expect(await status.textContent()).toContain('Cannot run')
      expect(await stateOf(page)).toBe('refused')
      expect(await page.locator('#run').isEnabled()).toBe(true)
      expect(await textOf(page, 'about')).not.toBe('')
    }
  })

  test('says in one line what is wrong with the form, and runs once it is right', async () => {
    const page = await openToEnd(raftInChaos)
    const nodes = page.getByLabel('Nodes', { exact: true })
    await nodes.fill('none')
    await nodes.press('Enter')
    await page.locator('#verdict[data-state=refused]').waitFor()
    expect(await textOf(page, 'status')).toContain("nodes is 'none'")
    expect(await page.locator('#again').isVisible()).toBe(false)
    await nodes.fill('3')
    await nodes.press('Enter')
    await page.locator('#verdict[data-state=held]').waitFor()
    expect(await textOf(page, 'trace-hash')).toBe(
      runHere(raftInChaos.replace('nodes=5', 'nodes=3')).traceHash,
    )
  })

  test('keeps the scenario in the address, back and forth', async () => {
    const page = await openToEnd(raftInChaos)
    const first = await textOf(page, 'trace-hash')
    await page.getByLabel('Seed').fill('8')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.waitForFunction(
      (hash) => document.getElementById('trace-hash')?.textContent !== hash,
      first,
    )
    expect(new URL(page.url()).hash).toBe(raftInChaos.replace('seed=7', 'seed=8'))
    await page.goBack()
    await page.waitForFunction(
      (hash) => document.getElementById('trace-hash')?.textContent === hash,
      first,
    )
    expect(await page.getByLabel('Seed').inputValue()).toBe('7')
  })

  test('keeps the settings of the address that have no control, until they are left out', async () => {
    const page = await openToEnd(`${raftInChaos}&fault=crash:leader@5s+3s&disk=2ms`)
    expect(await textOf(page, 'command')).toContain('--fault crash:leader@5s+3s')
    expect(await textOf(page, 'rest')).toContain('with fault crash:leader@5s+3s, disk 2ms')
    await page.getByRole('button', { name: 'Leave out' }).click()
    await page.getByRole('button', { name: 'Run' }).click()
    await page.waitForURL(`**/${raftInChaos}`)
    await ended(page)
    expect(await textOf(page, 'trace-hash')).toBe(runHere(raftInChaos).traceHash)
  })

  test('is operated with the keyboard alone', async () => {
    const page = await open('')
    await page.locator('#run:enabled').waitFor()
    const reached: string[] = []
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(
        () => document.activeElement?.getAttribute('name') ?? document.activeElement?.id ?? '',
      )
      reached.push(name)
      if (name === 'network') await page.keyboard.type('wan')
      if (name === 'chaos') await page.keyboard.press('Space')
      if (name === 'for') await page.keyboard.type('1000h')
    }
    const order = 'protocol nodes network chaos seed for until passing run'.split(' ')
    expect(reached.slice(0, order.length)).toEqual(order)
    await page.locator('[name=for]').focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.getElementById('progress')?.textContent !== '')
    expect(new URL(page.url()).hash).toBe('#protocol=raft&network=wan&chaos&for=1000h')
    await page.keyboard.press('Escape')
    await ended(page)
    expect(await stateOf(page)).toBe('stopped')
    expect(await textOf(page, 'status')).toMatch(/Held so far\s+Stopped at .* s of virtual time/)
    expect(await page.locator('#trace-note').isVisible()).toBe(true)
  })

  test('goes over to a new run while another goes on', async () => {
    const page = await open('#protocol=raft&for=1000h')
    await page.waitForFunction(() => document.getElementById('progress')?.textContent !== '')
    await page.evaluate((hash) => {
      location.hash = hash
    }, raftInChaos)
    await ended(page)
    expect(await textOf(page, 'trace-hash')).toBe(runHere(raftInChaos).traceHash)
  })

  test('runs on Enter where nothing has the focus', async () => {
    const page = await open('')
    await page.locator('#run:enabled').waitFor()
    await page.getByLabel('At most, in decisions').fill('20')
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('Enter')
    await ended(page)
    const here = runHere('#protocol=raft&until=20')
    expect(await textOf(page, 'trace-hash')).toBe(here.traceHash)
  })

  test('copies the command', async () => {
    const page = await openToEnd(raftInChaos, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.locator('#copy').press('Enter')
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toBe(runHere(raftInChaos).replay)
  })

  test('tells the verdict to those who listen, and only the verdict', async () => {
    const page = await openToEnd(raftInChaos)
    const status = page.getByRole('status')
    expect(await status.textContent()).toMatch(/^Held\s+All \d+ properties hold\.$/)
    expect(await status.locator('#progress').count()).toBe(0)
  })

  test('has no accessibility violations, in any state, light or dark', async () => {
    for (const fragment of ['', raftInChaos, forkingChain, broken.fragment, '#protocol=rift']) {
      const page = await open(fragment)
      if (fragment === '') await page.locator('#run:enabled').waitFor()
      else await ended(page)
      await page.evaluate(axe.source)
      const found: string[][] = []
      for (const rules of [undefined, ['color-contrast']]) {
        const { violations } = await page.evaluate(
          (runOnly) =>
            (globalThis as unknown as { axe: typeof axe }).axe.run(runOnly ? { runOnly } : {}),
          rules,
        )
        found.push(...violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))
        // Then once more what else can differ.
        await page.emulateMedia({ colorScheme: 'dark' })
      }
      expect(found, fragment).toEqual([])
      await page.context().close()
    }
  })

  test('fits a phone: nothing scrolls sideways, everything can be hit with a thumb', async () => {
    for (const fragment of [raftInChaos, forkingChain, broken.fragment, '#protocol=rift&nods']) {
      const page = await openToEnd(fragment, { hasTouch: true })
      for (const width of [320, 360]) {
        await page.setViewportSize({ width, height: 740 })
        const { sideways, heights } = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          const targets = [...document.querySelectorAll('button, label')]
          const boxes = targets.map((target) => target.getBoundingClientRect().height)
          return { sideways: scrollWidth - clientWidth, heights: boxes }
        })
        expect(sideways, `${width} px, ${fragment}`).toBe(0)
        const seen = heights.filter((height) => height > 0)
        expect(seen.length).toBeGreaterThanOrEqual(10)
        expect(Math.min(...seen), `${width} px, ${fragment}`).toBeGreaterThanOrEqual(44)
      }
      await page.context().close()
    }
  })

  test('shows the verdict on a phone before anything is scrolled', async () => {
    const page = await openToEnd(raftInChaos, { viewport: { width: 320, height: 480 } })
    const strip = await page.locator('#verdict').boundingBox()
    expect((strip?.y ?? Infinity) + (strip?.height ?? 0)).toBeLessThanOrEqual(480)
  })

  test('loads nothing from elsewhere, and no more than it needs', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(site.url + raftInChaos)
    await ended(page)
    for (const url of requests) expect(url.startsWith(site.url), url).toBe(true)
    const scripts = requests.filter((url) => url.endsWith('.js'))
    expect(scripts).toHaveLength(2)
  })
})
