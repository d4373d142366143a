import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { provideChromium } from './lib/needs.mjs'
import { path } from './lib/repo.mjs'

readCommand({
  name: 'run screenshots',
  description:
    'Builds, then writes docs/viewer*.png: the page of the viewer with captures of test/captures, in Chromium.',
})

/** Most bytes of a picture. */
const MOST = 200_000

/** The pictures: the capture, the preferred colours, and the keys that lead to the view. */
const pictures = {
  viewer: { capture: '02-bond', colorScheme: 'light', keys: [] },
  'viewer-dark': { capture: '02-bond', colorScheme: 'dark', keys: [] },
  'viewer-topology': { capture: 'kinds', colorScheme: 'light', keys: ['2'] },
}

async function take(browser, name, { capture, colorScheme, keys }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme, reducedMotion: 'reduce' })
  await page.goto(pathToFileURL(path('packages', 'viewer', 'dist', 'viewer.html')).href)
  await page.setInputFiles('input[type=file]', path('test', 'captures', `${capture}.pcap`))
  await page.locator('button:enabled', { hasText: 'Share…' }).waitFor()
  await page.locator('.tree [role=treeitem]').first().waitFor()
  await page.locator('.list .waiting').first().waitFor({ state: 'detached' })
  for (const key of keys) await page.keyboard.press(key)
  if (keys.length > 0) await page.locator('.drawing svg, table').first().waitFor()
  const file = path('docs', `${name}.png`)
  await page.screenshot({ path: file })
  await page.close()
  const { size } = statSync(file)
  if (size > MOST) throw new Error(`${file}: expected at most ${MOST} bytes, got ${size}`)
  return size
}

async function main() {
  const reason = (await build()) ? provideChromium() : 'the build failed'
  if (reason) throw new Error(reason)
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] })
  try {
    for (const [name, picture] of Object.entries(pictures))
      console.log(`docs/${name}.png: ${await take(browser, name, picture)} bytes`)
  } finally {
    await browser.close()
  }
}

await main()
