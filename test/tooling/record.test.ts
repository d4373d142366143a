import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dissectCapture } from '@netloom/netlink/dissect'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'

/** Records a real program. */

const test = suiteNeeding('npm run record', 'netns')

const script = fileURLToPath(new URL('../../scripts/record.mjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-record-'))
test.after(() => rmSync(folder, { recursive: true }))

const record = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
const hasStrace = spawnSync('strace', ['-V']).status === 0
if (!hasStrace) console.log('SKIPPED: npm run record: needs strace')

if (hasStrace) {
  test('records a command’s traffic in its own namespace, without the set-up’s', () => {
    const into = join(folder, 'links.pcap')
    const { status, stderr } = record(
      '--setup',
      'ip link add r0 type veth peer name r1',
      '--into',
      into,
      'links',
      'ip',
      '-d',
      'link',
      'show',
    )
    assert.is(status, 0, stderr)
    assert.is(statSync(into).mode & 0o777, 0o600)
    const messages = [...dissectCapture(readFileSync(into))].flatMap((datagram) => datagram.messages)
    const names = messages
      .filter(({ type, toKernel }) => type === 'RTM_NEWLINK' && !toKernel)
      .map(({ value }) => (value as { attrs: { ifname: string } }).attrs.ifname)
    assert.equal(names.sort(), ['lo', 'r0', 'r1'])
    // Some versions of ip first request a link without a name, to detect if the kernel knows RTM_NEWLINK.
    const requests = messages.filter(({ toKernel }) => toKernel)
    assert.ok(requests.some(({ type }) => type === 'RTM_GETLINK'))
    assert.not.ok(requests.some(({ value }) => (value as { attrs?: { linkinfo?: unknown } }).attrs?.linkinfo))
    assert.ok(messages.every(({ roundtrip }) => roundtrip))
  })
}

test('without a command it prints its usage', () => {
  for (const args of [[], ['name'], ['--into', 'x'], ['../name', 'true']]) {
    const { status, stderr } = record(...args)
    assert.is(status, 2)
    assert.match(stderr, 'Usage: npm run record')
  }
})

test.run()
