import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readCapture } from '@netloom/netlink/capture'
import { dissectCapture } from '@netloom/netlink/dissect'
import type { Browser, Page } from 'playwright-core'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { withAfterEach } from '../support/after-each.js'
import { fileOf, launch, open, pageUrl, type WatchedPage, watched } from '../support/browser.js'
import { runHere } from '../support/cli.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** Tests what a person does with the page: find what was refused, read a message, share the capture; by mouse and by keyboard. */
const test = withAfterEach(suiteNeeding('viewer: page', 'chromium'), async () => {
  const { complaints } = tab
  await page.context().close()
  assert.equal(complaints, [])
})

const capture = (name: string) => fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url))
const bytesOf = (name: string) => readFileSync(capture(name))

let browser: Browser
let tab: WatchedPage
let page: Page

test.before(async () => {
  browser = await launch()
})
test.after(() => browser?.close())
test.before.each(async () => {
  tab = await watched(browser)
  page = tab.page
  await page.goto(pageUrl)
})

/** Drops a file or a folder on the page, as a file manager does. */
async function drop(path: string): Promise<void> {
  const client = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await client.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data })
  await client.detach()
}

const selectedNode = () => page.locator('.tree [aria-selected=true]')
const selectedRow = () => page.locator('.list [aria-selected=true]')
/** The first refused request is selected as soon as the capture is decoded, and takes the place of what was selected before. */
const refusedRow = () => page.locator('.list .refused[aria-selected=true]')

/** Selects the first row with a text, and waits for its message. */
async function select(row: string): Promise<void> {
  const found = page.locator('.list [role=row]', { hasText: row }).first()
  await found.click()
  const number = (await found.locator('.number').innerText()).replace(/\D/g, '')
  await page.locator('.heading h2', { hasText: new RegExp(`^#${number} `) }).waitFor()
}

const markedBytes = async () => (await page.locator('.hex .selected').allTextContents()).join('')

test('the first refused request, the reason and the attribute are visible at once', async () => {
  await open(page, capture('02-bond'))
  await page.locator('.refusal', { hasText: 'unable to set option because the bond is up' }).waitFor()
  await page.locator('[role=tab] .badge.bad', { hasText: '1' }).waitFor()
  await selectedRow().filter({ hasText: '✗ EBUSY' }).waitFor()
  assert.match(await selectedNode().innerText(), /IFLA_BOND_AD_LACP_ACTIVE\s+1\s+◀ refused/)
  assert.is(await markedBytes(), '05001d0001')
})

/** Clicks a button of the copy bar. Returns what the clipboard contains then. */
async function copied(what: string): Promise<string> {
  await page.locator('.copies button', { hasText: what }).click()
  await page.locator('.copied', { hasText: `✓ ${what} copied` }).waitFor()
  return page.evaluate<string>('navigator.clipboard.readText()')
}

test('a message is copied as TypeScript, as a command, as bytes and as JSON', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, capture('02-bond'))
  await refusedRow().waitFor()
  await page.locator('.copies').waitFor()
  const command = await copied('ip command')
  assert.is(command, await page.locator('.again').innerText())
  assert.match(command, /^ip link set dev blacp type bond lacp_active on$/)
  assert.is(await copied('TypeScript'), "nl.link.set('blacp', { kind: 'bond', data: { adLacpActive: 1 } })")
  const { lines } = await runHere(decode, capture('02-bond'), '--json')
  const json = JSON.parse(await copied('JSON'))
  assert.equal(
    json,
    lines.map((line) => JSON.parse(line)).find((each) => each.message === json.message),
  )
  const bytes = (await copied('hex')).replaceAll(' ', '')
  assert.ok(bytesOf('02-bond').toString('hex').includes(bytes))
  assert.ok(bytes.includes(await markedBytes()))
})

test('the bar of a file of unknown length does not move if reduced motion is preferred', async () => {
  const visibility = () =>
    page.evaluate<string>(`(() => {
      const bar = document.body.appendChild(document.createElement('progress'))
      const { visibility } = getComputedStyle(bar)
      bar.remove()
      return visibility
    })()`)
  assert.is(await visibility(), 'visible')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  assert.is(await visibility(), 'hidden')
})

const unreachable = 'Nexthop has invalid gateway'

test('the route that failed among the commands of a configuration is visible after the drop of its capture', async () => {
  await drop(capture('failed-configuration'))
  await page.locator('.refusal', { hasText: unreachable }).waitFor()
  const words = /new\s+route\s*198\.51\.100\.0\/24\s[\s\S]*10\.9\.9\.9[\s\S]*✗ ENETUNREACH/
  await selectedRow().filter({ hasText: words }).waitFor()
  await page.locator('[role=tab] .badge.bad', { hasText: '1' }).waitFor()
  await page.keyboard.press('4')
  await page.locator('.problem.refused', { hasText: `The kernel: "${unreachable}"` }).waitFor()
  const [problem = ''] = await page.locator('.problem').allInnerTexts()
  assert.match(problem, /^✗\s+ENETUNREACH: new route 198\.51\.100\.0\/24/)
})

test('the keyboard alone leads from the Open button to the refused request, and through its parts', async () => {
  await page.locator('header label.button').waitFor()
  await page.keyboard.press('Tab')
  await page.locator('header input[type=file]:focus').waitFor({ state: 'attached' })
  // The focus stays there, as after the dialog of the browser.
  await page.setInputFiles('header input[type=file]', capture('failed-configuration'))
  await page.locator('.refusal', { hasText: unreachable }).waitFor()
  await page.keyboard.press('4')
  await page.locator('.problem.refused button').waitFor()
  for (let presses = 0; presses < 12 && (await page.locator('.problem button:focus').count()) === 0; presses++)
    await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('[role=tab][aria-selected=true]', { hasText: 'Messages' }).waitFor()
  await page.locator('.list .refused[aria-selected=true]', { hasText: '198.51.100.0/24' }).waitFor()
  for (let presses = 0; presses < 30 && (await page.locator('.tree :focus').count()) === 0; presses++)
    await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  await page.locator('.tree [aria-selected=true]:focus').waitFor()
  await page.locator('.tree [aria-selected=true]', { hasText: 'RTA_' }).waitFor()
})

test('the focus goes to the row that a button shows', async () => {
  const focusedRow = (text: string) => page.locator('.list [aria-selected=true]:focus', { hasText: text }).waitFor()
  await open(page, capture('failed-configuration'))
  await refusedRow().waitFor()
  for (const [key, button] of [
    ['4', '.problem.refused button'],
    ['2', '.moment button'],
  ] as const) {
    await page.keyboard.press(key)
    await page.locator(`${button}:visible`).focus()
    const message = /#(\d+)/.exec(await page.locator(button).innerText())?.[1] ?? 'none'
    await page.keyboard.press('Enter')
    await page.locator('.heading h2', { hasText: new RegExp(`^#${message} `) }).waitFor()
    await focusedRow(key === '4' ? '198.51.100.0/24' : '')
  }
  await page.locator('.next-refused').focus()
  await page.keyboard.press('Enter')
  await focusedRow('198.51.100.0/24')
})

test('the focus stays on the page if its element is removed or hidden', async () => {
  await page.locator('.welcome input[type=file]').focus()
  await page.setInputFiles('.welcome input[type=file]', capture('failed-configuration'))
  await page.locator('.list .refused[aria-selected=true]:focus').waitFor()
  // A key that shows another tab hides the focused row, and shows it again.
  for (const tab of [1, 2, 3]) {
    await page.keyboard.press(String(tab + 1))
    await page.locator(`#panel-${tab}:focus`).waitFor()
  }
  await page.keyboard.press('1')
  await page.locator('.list .refused[aria-selected=true]:focus').waitFor()
  // Another file replaces the list.
  await drop(capture('iproute'))
  await page.locator('header .file', { hasText: 'iproute' }).waitFor()
  await page.locator('.list [role=row]', { hasText: '198.51.100.0/24' }).first().waitFor({ state: 'detached' })
  await page.locator('progress').waitFor({ state: 'detached' })
  await page.locator('.list [aria-selected=true]:focus').waitFor()
  // A filter leaves no row active: the first one has the place among the tab stops, and is what Escape leads to.
  await page.keyboard.press('/')
  const filter = page.locator('input[type=search]')
  await page.locator('input[type=search]:focus').waitFor()
  await filter.fill('request')
  await page.locator('#filter-note', { hasText: /^\d+ of/ }).waitFor()
  await filter.press('Escape')
  await page.locator('.list [data-index="0"]:focus').waitFor()
  assert.is(await page.locator('input[type=search]').inputValue(), 'request')
  await page.keyboard.press('ArrowDown')
  await page.locator('.list [aria-selected=true]:focus').waitFor()
  for (const button of ['Share…', '?']) {
    await page.locator('header button', { hasText: button }).focus()
    await page.keyboard.press('Enter')
    await page.locator('dialog[open] :focus').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.locator('header button:focus', { hasText: button }).waitFor()
  }
  await page.keyboard.press('?')
  await page.locator('dialog[open]').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('header button:focus', { hasText: '?' }).waitFor()
})

test('a dropped folder is refused, and a file can be opened', async () => {
  await drop(fileURLToPath(new URL('../captures', import.meta.url)))
  await page.locator('.refusal', { hasText: 'expected a file, got "captures"' }).waitFor()
  await open(page, capture('iproute'))
  await page.locator('.tree [role=treeitem]').first().waitFor()
})

test('a selected part marks its bytes, and a selected byte its part', async () => {
  await open(page, capture('iplinkadd'))
  const name = page.locator('.tree [role=treeitem]', { hasText: 'IFLA_IFNAME' }).first()
  await page.locator('input[type=search]').fill('type=RTM_NEWLINK and request')
  await page.locator('#filter-note', { hasText: /^\d+ of/ }).waitFor()
  await select('new link')
  await name.click()
  const text = Buffer.from(await markedBytes(), 'hex').toString('latin1')
  const shown = /"(.*)"/.exec(await name.innerText())?.[1] ?? 'no text'
  assert.ok(text.includes(shown), `${JSON.stringify(text)} contains ${shown}`)
  await page.locator('.hex [data-offset="20"]').click()
  assert.match(await selectedNode().innerText(), /^index/)
  await page.locator('.hex [data-offset="34"]').hover()
  assert.is(await page.locator('.tree .hovered').count(), 1)
})

test('the keys move in the list and in the tree, show messages, and go to refused requests', async () => {
  await open(page, capture('kinds'))
  await refusedRow().waitFor()
  const first = await selectedRow().getAttribute('data-index')
  await page.keyboard.press('j')
  await page.locator(`.list [data-index="${Number(first) + 1}"][aria-selected=true]:focus`).waitFor()
  await page.keyboard.press('k')
  await page.locator(`.list [data-index="${first}"][aria-selected=true]:focus`).waitFor()
  const count = async () => Number(await page.locator('.list').getAttribute('aria-rowcount'))
  const before = await count()
  await page.keyboard.press('l')
  await page.locator('.list .row.message').first().waitFor()
  assert.ok((await count()) > before)
  await page.keyboard.press('h')
  await page.locator('.list .row.message').first().waitFor({ state: 'detached' })
  await page.keyboard.press('n')
  await page.locator('.list .refused[aria-selected=true]:focus').waitFor()
  const refused = await selectedRow().getAttribute('data-index')
  await page.keyboard.press('p')
  await page.locator(`.list .refused[aria-selected=true]:not([data-index="${refused}"])`).waitFor()
  await page.keyboard.press('Tab')
  await page.locator('.tree [aria-selected=true]').focus()
  const node = await selectedNode().getAttribute('data-node')
  await page.keyboard.press('Home')
  await page.locator('.tree [data-node="0"][aria-selected=true]:focus').waitFor()
  assert.is.not(node, '0')
  await page.keyboard.press('l')
  await page.locator('.tree [data-node="0"][aria-expanded=true]').waitFor()
  for (const [key, title] of [
    ['2', 'Topology'],
    ['3', 'State'],
    ['4', 'Problems'],
    ['1', 'Messages'],
  ] as const) {
    await page.keyboard.press(key)
    await page.locator('[role=tab][aria-selected=true]', { hasText: title }).waitFor()
  }
  await page.keyboard.press('/')
  await page.locator('input[type=search]:focus').waitFor()
  await page.keyboard.type('refused')
  await page.locator('#filter-note', { hasText: /^3 of/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.locator('dialog[open]', { hasText: 'Keys and filters' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
})

test('a wrong filter is reported with its position, and the list stays', async () => {
  await open(page, capture('iproute'))
  await page.locator('input[type=search]').fill('type=')
  await page.locator('#filter-note.bad', { hasText: 'at position' }).waitFor()
  assert.ok((await page.locator('.list [role=row]').count()) > 1)
})

test('the count of a filter appears once it applies, and keys only after a button is pressed', async () => {
  await open(page, capture('04-wireguard'))
  await page.locator('input[type=search]').fill('request and listenPort=51820')
  await page.locator('#filter-note', { hasText: /^\d+ of/ }).waitFor()
  const { lines } = await runHere(decode, '--json', '--filter', 'request and listenPort=51820', capture('04-wireguard'))
  const [selected, all] = (await page.locator('#filter-note').innerText()).split(' of ').map(Number)
  assert.is(selected, lines.length)
  assert.ok(lines.length > 0 && lines.length < Number(all))
  await select('set wireguard')
  const node = page.locator('.tree [role=treeitem]', { hasText: 'WGDEVICE_A_PRIVATE_KEY' })
  await node.click()
  assert.match(await node.innerText(), /\(secret\)$/)
  assert.match(await markedBytes(), /^(..){4}\*{64}$/)
  await page.click('text=Show keys')
  await page.locator('.hex .selected', { hasText: '**' }).first().waitFor({ state: 'detached' })
  await node.click()
  const key = /[\da-f]{64}$/.exec(await node.innerText())?.[0] ?? 'no key'
  assert.is(await markedBytes(), `24000300${key}`)
  await page.click('text=Hide keys')
  await page.locator('.tree [role=treeitem]', { hasText: '(secret)' }).first().waitFor()
})

test('a link contains the capture without its keys', async () => {
  await open(page, capture('04-wireguard'))
  await page.click('text=Share…')
  const link = await page.locator('dialog textarea').inputValue()
  assert.match(link, /#1\.[\w-]+$/)
  await page.locator('dialog', { hasText: 'contains the whole capture' }).waitFor()
  const other = await watched(browser)
  await other.page.goto(link)
  await other.page.locator('button:enabled', { hasText: 'Share…' }).waitFor()
  await other.page
    .locator('footer', { hasText: (await page.locator('footer span').first().innerText()).split(',')[0] as string })
    .waitFor()
  assert.equal(other.complaints, [])
  await other.page.context().close()
  const { inflateRawSync } = await import('node:zlib')
  const file = inflateRawSync(Buffer.from(link.replace(/.*#1\./, ''), 'base64url'))
  assert.is([...readCapture(file)].length, [...readCapture(bytesOf('04-wireguard'))].length)
  const keys = [...dissectCapture(bytesOf('04-wireguard'))].flatMap(({ messages }) =>
    messages.flatMap((message) =>
      message.spans().flatMap(({ secret, value }) => (secret && value instanceof Uint8Array ? [value] : [])),
    ),
  )
  const used = keys.filter((key) => key.some((byte) => byte !== 0))
  assert.ok(used.length > 0)
  for (const key of used) assert.not(file.includes(Buffer.from(key)))
})

for (const [what, hash, expected] of [
  ['other characters', '1.ab$c', 'position 5'],
  ['cut', '1.eJzz', 'damaged'],
  ['another version', '2.abcd', 'begins with 1.'],
] as const) {
  test(`a damaged link is reported: ${what}`, async () => {
    await page.goto('about:blank')
    await page.goto(`${pageUrl}#${hash}`)
    await page.locator('.refusal', { hasText: expected }).waitFor()
    await open(page, capture('iproute'))
    await page.locator('.refusal').waitFor({ state: 'detached' })
    await page.evaluate(`location.hash = '${hash}x'`)
    await page.locator('#filter-note', { hasText: '⚠ expected' }).waitFor()
    assert.ok((await page.locator('.list [role=row]').count()) > 1, 'the open capture stays')
  })
}

test('topology and state follow the slider', async () => {
  await open(page, capture('tunnels'))
  await page.keyboard.press('2')
  await page.locator('.drawing svg rect.link').first().waitFor()
  const boxes = () => page.locator('.drawing svg rect.link').count()
  const last = await boxes()
  await page.locator('#moment').fill('0')
  // Not by page.waitForFunction: if it has to wait, it needs eval, which the page forbids.
  await until('another drawing', async () => (await boxes()) !== last)
  assert.ok((await boxes()) < last)
  await page.keyboard.press('3')
  await page.locator('table caption', { hasText: 'links' }).waitFor()
})

test('an acknowledged request without an event changes the topology', async () => {
  await open(page, capture('netloom-ADD'))
  await page.keyboard.press('2')
  // A horizontal line has no height, so it does not count as visible.
  await page.locator('.drawing svg path.port').waitFor({ state: 'attached' })
})

test('a broken file shows what came before the damage, with offset and reason', async () => {
  const whole = bytesOf('iproute')
  await open(page, fileOf('broken.pcap', whole.subarray(0, whole.length - 7)))
  await page.locator('.damage', { hasText: /offset \d+/ }).waitFor()
  assert.ok((await page.locator('.list [role=row]').count()) > 1)
  await page.keyboard.press('4')
  await page.locator('.problem.damaged', { hasText: /offset \d+/ }).waitFor()
})

test('messages that were lost for a full receive buffer are a problem', async () => {
  const call =
    'recvfrom(3<NETLINK:[ROUTE:20153]>, 0x559b, 65536, 0, NULL, NULL) = -1 ENOBUFS (No buffer space available)'
  await open(page, fileOf('overrun.log', Buffer.from(`20153 1796130787.370874 ${call} <0.000009>\n`)))
  await page.keyboard.press('4')
  await page.locator('.problem.overrun', { hasText: 'ENOBUFS' }).locator('button').click()
  await page.locator('.list [aria-selected=true]', { hasText: 'lost messages' }).waitFor()
})

const fileHeader = bytesOf('iproute').subarray(0, 24)
for (const [what, bytes, reason] of [
  ['text', Buffer.from('no capture'), 'expected a pcap or pcapng file'],
  ['nothing', Buffer.of(), 'an empty one'],
  ['NULs', Buffer.alloc(4096), 'expected a pcap or pcapng file'],
  ['half a header', fileHeader.subarray(0, 12), 'expected pcap file header (24 bytes) at offset 0, got 12 bytes'],
  [
    'a packet of 4 GiB',
    Buffer.concat([fileHeader, Buffer.alloc(16, 0xff)]),
    'expected a packet of at least 16 bytes at offset 40, got 0 bytes',
  ],
  [
    'half a block of pcapng',
    readFileSync(`${capture('10-conntrack')}ng`).subarray(0, 60),
    'expected a block of 12 to 60 bytes at offset 0, got one that claims 136',
  ],
] as const) {
  test(`a file with only ${what} is refused with the reason, and another one can be opened`, async () => {
    await open(page, fileOf('broken', bytes))
    await page.locator('.damage', { hasText: reason }).waitFor()
    await page.keyboard.press('4')
    await page.locator('.problem.damaged', { hasText: reason }).waitFor()
    await open(page, capture('iproute'))
    await page.locator('.damage').waitFor({ state: 'detached' })
    await page.keyboard.press('1')
    await page.locator('.tree [role=treeitem]').first().waitFor()
  })
}

test('a file with only a header is an empty capture, and another one can be opened', async () => {
  await open(page, fileOf('header.pcap', fileHeader))
  assert.is(await page.locator('.damage').count(), 0)
  await page.locator('footer', { hasText: '0 messages' }).waitFor()
  await open(page, capture('iproute'))
  await page.locator('.tree [role=treeitem]').first().waitFor()
})

test.run()
