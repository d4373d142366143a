import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CapturedDatagram, readCapture, writePcap, writePcapng } from '@netloom/netlink/capture'
import { encode } from '@netloom/netlink/codec'
import { linkMessage, rtnetlink } from '@netloom/netlink/route'
import type { Browser, Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { nlmsghdr } from '../../packages/netlink/dist/message/header.js'
import { fileOf, launch, open, pageUrl, type WatchedPage, watched } from '../support/browser.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests the page with files that are hostile, and with large ones. */
const test = suiteNeeding('viewer: files', 'chromium')

/** Size of the large file. `NETLOOM_VIEWER_BYTES=100000000` tests with 100 MB, which takes minutes. */
const LARGE = Number(process.env.NETLOOM_VIEWER_BYTES ?? 6_000_000)

/** A link to a capture like the large file has at most 1,000,000 characters up to this size. */
const LARGEST_SHARED = 16_000_000

const bytesOf = (name: string) => readFileSync(new URL(`../captures/${name}.pcap`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-viewer-'))

let browser: Browser
let tab: WatchedPage

test.before(async () => {
  browser = await launch()
  tab = await watched(browser)
  await tab.page.goto(pageUrl)
})
test.after(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const markup = '</script><img src=x onerror=alert(1)>\u202e<b>'

/** Returns an announcement of a link whose names are markup. */
function linkNamed(ifname: string, altname: string): Buffer {
  const value = {
    family: 0,
    type: 1,
    index: 7,
    flags: 1,
    change: 0,
    attrs: { ifname, propList: { altIfname: [altname] } },
  }
  const body = encode(linkMessage, value as never)
  const header = encode(nlmsghdr, {
    len: nlmsghdr.size + body.length,
    type: rtnetlink.messages.RTM_NEWLINK[0],
    flags: 0,
    seq: 0,
    pid: 0,
  })
  return Buffer.concat([header, body])
}

test('markup in names is text', async () => {
  const { page, complaints } = tab
  const datagram: CapturedDatagram = {
    ...{ time: 1n, protocol: 0, packetType: 6, bytes: linkNamed('<img src=x>', markup) },
    process: { pid: 7, name: markup },
  }
  await open(page, fileOf('<b>.pcapng', writePcapng([datagram])))
  await page.locator('.list [role=row]', { hasText: '<img src=x>' }).click()
  await page.locator('.tree', { hasText: 'onerror=alert' }).waitFor()
  for (const key of ['2', '3', '1']) {
    await page.keyboard.press(key)
    await page.locator('[role=tabpanel]:not([hidden])', { hasText: '<img src=x>' }).waitFor()
  }
  assert.is(await page.locator('img').count(), 0)
  assert.not.match(await page.locator('.app').innerText(), /\u202e/)
  assert.equal(complaints, [])
})

test('damaged messages are shown as far as they can be decoded', async () => {
  const { page, complaints } = tab
  // A generator of its own, so that each run damages the same bytes.
  let state = 1
  const next = (below: number) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
  for (const name of ['iplinkadd', '04-wireguard', 'xfrm', '10-nft', 'tc', 'generic', 'uevent', 'ipset']) {
    const damaged = [...readCapture(bytesOf(name))].slice(0, 60).map((datagram) => {
      const bytes = Buffer.from(datagram.bytes)
      for (let count = 0; count < 4; count++) if (bytes.length > 0) bytes[next(bytes.length)] = next(256)
      return { ...datagram, bytes: bytes.subarray(0, bytes.length - next(3)) }
    })
    await open(page, fileOf(`${name}-damaged.pcap`, writePcap(damaged)))
    await page.locator('.tree [role=treeitem]').first().waitFor()
    for (let step = 0; step < 12; step++) await page.keyboard.press(step % 4 === 3 ? 'l' : 'j')
    for (const key of ['2', '3', '4', '1']) await page.keyboard.press(key)
    assert.equal(complaints, [], name)
  }
})

test(`a file of ${LARGE} bytes: the first rows can be read while it is decoded, and the last ones after it`, async () => {
  const { page, complaints } = tab
  const datagrams = ['iproute', 'iplinkadd', 'kinds', '02-bond'].flatMap((name) => [...readCapture(bytesOf(name))])
  const size = datagrams.reduce((sum, { bytes }) => sum + bytes.length + 32, 0)
  const rounds = Math.ceil(LARGE / size)
  const repeated = Array.from({ length: rounds }, (_, round) =>
    datagrams.map((each, index) => ({ ...each, time: BigInt(round * datagrams.length + index) * 1_000_000n })),
  ).flat()
  const file = join(folder, 'large.pcap')
  writeFileSync(file, writePcap(repeated))
  await page.setInputFiles('input[type=file]', file)
  await page.locator('header .file', { hasText: 'large.pcap' }).waitFor()
  await page.locator('progress').waitFor()
  await page.locator('.list [role=row]:not(.waiting)').nth(3).click()
  await page.locator('.tree [role=treeitem]').first().waitFor()
  await page.locator('button:enabled', { hasText: 'Share…' }).waitFor({ timeout: 900_000 })
  await page.locator('progress').waitFor({ state: 'detached' })
  await page.locator('.list [role=row]').first().focus()
  await page.keyboard.press('End')
  const last = Number(await page.locator('.list').getAttribute('aria-rowcount')) - 2
  await page.locator(`.list [data-index="${last}"][aria-selected=true]:not(.waiting)`).waitFor()
  assert.ok((await page.locator('.list [role=row]').count()) < 100)
  await page.locator('input[type=search]').fill('refused')
  await page.locator('#filter-note', { hasText: /^\d+ of/ }).waitFor()
  await page.locator('.list .refused').first().waitFor({ timeout: 300_000 })
  await page.click('text=Share…')
  if (LARGE > LARGEST_SHARED) await page.locator('dialog .refusal', { hasText: 'send the file instead' }).waitFor()
  else await opensElsewhere(await page.locator('dialog textarea').inputValue({ timeout: 120_000 }))
  await page.keyboard.press('Escape')
  assert.equal(complaints, [])
})

/** Opens a link in a browser window of its own, which must show as many messages. */
async function opensElsewhere(link: string): Promise<void> {
  const other = await watched(browser)
  await other.page.goto(link)
  await other.page.locator('button:enabled', { hasText: 'Share…' }).waitFor({ timeout: 300_000 })
  const footer = (page: Page) => page.locator('footer span').first().innerText()
  assert.is(await footer(other.page), await footer(tab.page))
  assert.equal(other.complaints, [])
  await other.page.context().close()
}

test('a capture that is too long for a link is refused, and stays usable', async () => {
  const { page, complaints } = tab
  // Random bytes cannot be compressed.
  const bytes = Buffer.concat([linkNamed('random0', 'random1'), randomBytes(60_000)])
  const datagrams = Array.from({ length: 20 }, (_, time) => ({ time: BigInt(time), protocol: 0, packetType: 6, bytes }))
  await open(page, fileOf('random.pcap', writePcap(datagrams)))
  await page.click('text=Share…')
  await page
    .locator('dialog .refusal', { hasText: /at most 1000000 characters, got \d+ bytes.*: send the file instead/ })
    .waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.list [role=row]', { hasText: 'random0' }).first().click()
  await page.locator('.tree', { hasText: 'random1' }).waitFor()
  assert.equal(complaints, [])
})

test.run()
