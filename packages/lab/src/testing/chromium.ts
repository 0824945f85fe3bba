import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const path = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Whether there is a browser to test with; `CHROMIUM` says where, if not where Debian has it. */
export const chromiumFound = existsSync(path)

/** For the name of a suite: why its tests are skipped, if they are. */
export const unlessFound = chromiumFound ? '' : ` (skipped: there is no Chromium at ${path})`

/** A browser with a profile of its own, which talks to nobody by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
