import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import './built.js'

/** The page of the viewer, as it is built. */
export const pageFile = fileURLToPath(new URL('../../packages/viewer/dist/viewer.html', import.meta.url))
export const pageUrl = new URL('../../packages/viewer/dist/viewer.html', import.meta.url).href

/** A page in Debian's Chromium, with everything that it must not do. */
export interface WatchedPage {
  readonly page: Page
  /** Messages of the console, errors, violations of the policy, and requests for anything but the page and its worker. */
  readonly complaints: string[]
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] })

/** Opens a page, and records what it must not do. */
export async function watched(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const complaints: string[] = []
  const page = await context.newPage()
  page.on('console', (message) => complaints.push(`console: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.stack ?? error.message}`))
  context.on('request', (request) => {
    const url = request.url()
    if (!request.isNavigationRequest() && !url.startsWith('blob:')) complaints.push(`request: ${url}`)
  })
  // As text, because tests have no types of documents.
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error('policy: ' + violatedDirective + ' ' + blockedURI))`)
  return { page, complaints }
}

/** A file to open: its path, or its contents. */
export type OpenedFile = string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

export const fileOf = (name: string, bytes: Uint8Array): OpenedFile => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(bytes),
})

/** Opens a file, and waits until it is decoded. */
export async function open(page: Page, file: OpenedFile): Promise<void> {
  await page.setInputFiles('input[type=file]', file as string)
  const name = typeof file === 'string' ? file.replace(/.*\//, '') : file.name
  await page.locator('header .file', { hasText: name }).waitFor()
  // The button is enabled as soon as all is decoded.
  await page.locator('button:enabled', { hasText: 'Share…' }).waitFor({ timeout: 600_000 })
}

/** Saves all messages as JSON, and returns the lines. */
export async function savedJson(page: Page): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save JSON')])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
