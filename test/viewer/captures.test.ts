import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { launch, open, pageUrl, savedJson, type WatchedPage, watched } from '../support/browser.js'
import { runHere } from '../support/cli.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests that the page shows what `netloom decode` prints, and that it connects to nothing. */
const test = suiteNeeding('viewer: captures', 'chromium')

const folder = fileURLToPath(new URL('../captures/', import.meta.url))
const captures = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name))

let browser: Browser
let tab: WatchedPage

test.before(async () => {
  browser = await launch()
  tab = await watched(browser)
  await tab.page.goto(pageUrl)
})
test.after(() => browser?.close())

for (const name of captures) {
  test(`${name}: the same JSON as netloom decode`, async () => {
    const { page, complaints } = tab
    await open(page, folder + name)
    const { lines } = await runHere(decode, '--json', folder + name)
    assert.equal((await savedJson(page)).trimEnd().split('\n'), lines)
    assert.ok((await page.locator('.list [role=row]').count()) > 0)
    assert.equal(complaints, [])
  })
}

test('the policy of the page forbids connections, images, other scripts and eval', async () => {
  const { page, complaints } = tab
  // As text: tsx adds a helper to functions, which the page lacks.
  const attempts = await page.evaluate(`(async () => {
    const outcomes = []
    const attempt = async (what, act) => {
      try {
        await act()
        outcomes.push(what)
      } catch {}
    }
    await attempt('fetch', () => fetch('https://192.0.2.1/'))
    // Later, because the debugger's own code may use eval.
    await attempt('eval', () => new Promise((resolve, reject) => setTimeout(() => {
      try {
        resolve(new Function('return 1')())
      } catch (error) {
        reject(error)
      }
    })))
    await attempt('socket', () => new Promise((resolve, reject) => {
      const socket = new WebSocket('wss://192.0.2.1/')
      socket.onopen = resolve
      socket.onerror = reject
    }))
    await attempt('image', () => new Promise((resolve, reject) => {
      const image = new Image()
      image.onload = resolve
      image.onerror = reject
      image.src = 'https://192.0.2.1/x.png'
    }))
    await attempt('script', () => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      if (!('ran' in window)) throw new Error('refused')
    })
    return outcomes
  })()`)
  assert.equal(attempts, [])
  const refused = complaints.splice(0).filter((text) => text.includes('policy: '))
  for (const directive of ['connect-src', 'script-src', 'img-src'])
    assert.ok(
      refused.some((text) => text.includes(directive)),
      directive,
    )
})

test.run()
