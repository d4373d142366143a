import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { dump } from '../../packages/netlink/dist/cli/dump.js'
import { graph } from '../../packages/netlink/dist/cli/graph.js'
import { runHere } from '../support/cli.js'
import { monitoring, program } from '../support/monitoring.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { assertPrintable } from '../support/printable.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** The kernel accepts almost all bytes in names of links. */

const test = suiteNeeding('netloom with hostile names of links', 'netns', 'strace')

const folder = mkdtempSync(join(tmpdir(), 'netloom-hostile-names-'))
test.after(() => rmSync(folder, { recursive: true }))

const RIGHT_TO_LEFT = 'a\u202eb'
const CONTROL = 'c\x01\x1b[1m'
const QUOTES = 'q"\\<&>\''
const SYNTAX = 'x|;]--y'
const LINK_GROUP = [0, 1] as const

/** Creates a bridge and two pairs of links. */
function createLinks({ ip }: Namespace): void {
  ip('link', 'add', 'br0', 'type', 'bridge')
  ip('link', 'add', RIGHT_TO_LEFT, 'type', 'veth', 'peer', 'name', CONTROL)
  ip('link', 'add', QUOTES, 'type', 'veth', 'peer', 'name', SYNTAX)
  ip('link', 'property', 'add', 'dev', 'br0', 'altname', 'l'.repeat(127))
  ip('link', 'property', 'add', 'dev', CONTROL, 'altname', 'e\u200fv\x1b[2J"il')
  ip('link', 'set', RIGHT_TO_LEFT, 'master', 'br0')
}

/** Runs a command. Returns its lines, which must not contain control characters. */
async function printed(...[command, ...args]: Parameters<typeof runHere>): Promise<readonly string[]> {
  const { status, lines } = await runHere(command, ...args)
  assert.is(status, 0, lines.join('\n'))
  for (const line of lines) assertPrintable(line, args.join(' '))
  return lines
}

test('dump links prints an aligned table, and JSON with the names', () =>
  inScratch(async (namespace) => {
    createLinks(namespace)
    const lines = await printed(dump, 'links', '--netns', namespace.path)
    const at = lines[0]?.indexOf('INDEX') ?? -1
    for (const line of lines.slice(1)) assert.match(line.slice(at - 2, at + 2), /^ {2}\d/, lines.join('\n'))
    const args = [program, 'dump', 'links', '--json', '--netns', namespace.path]
    const { stdout: text } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    assertPrintable(text, '--json')
    const names = (JSON.parse(text) as { attrs: { ifname: string } }[]).map(({ attrs }) => attrs.ifname)
    for (const name of [RIGHT_TO_LEFT, CONTROL, QUOTES, SYNTAX]) assert.ok(names.includes(name), text)
  }))

test('graph is valid in each format', () =>
  inScratch(async (namespace) => {
    createLinks(namespace)
    const drawn = async (format: string) =>
      (await printed(graph, '--netns', namespace.path, '--format', format)).join('\n')
    assert.ok((await drawn('text')).includes('a\\u202eb'))
    const svg = await drawn('svg')
    const parse = 'import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())'
    const { status, stderr } = spawnSync('python3', ['-c', parse], { input: svg, encoding: 'utf8' })
    assert.is(status, 0, stderr)
    // Entities of Mermaid, and escapes of dot.
    assert.match(await drawn('mermaid'), 'q#34;#92;#60;#38;#62;')
    assert.match(await drawn('dot'), 'q\\"\\\\<&amp;>')
  }))

test('decode shows a capture in each form', () =>
  inScratch(async (namespace) => {
    createLinks(namespace)
    const file = join(folder, 'a.pcapng')
    const net = `--net=${namespace.path}`
    const call = [
      net,
      process.execPath,
      program,
      'trace',
      '-o',
      file,
      '--',
      'ip',
      'link',
      'set',
      CONTROL,
      'mtu',
      '1400',
    ]
    const { status, stderr } = spawnSync('nsenter', call, { encoding: 'utf8' })
    assert.is(status, 0, stderr)
    for (const args of [[], ['-d'], ['-x'], ['--json'], ['--stats']]) {
      const lines = await printed(decode, file, ...args)
      if (args.length === 0) assert.match(lines.join('\n'), /set link +c\\u0001\\u001b\[1m +mtu 1400/)
    }
  }))

test('monitor reports changes', () =>
  inScratch((namespace) =>
    monitoring(namespace, LINK_GROUP, ['link'], async ({ out }) => {
      createLinks(namespace)
      await until('the port of the bridge', () => out().includes('c\\u0001\\u001b[1m') && out().includes('a\\u202eb'))
      assertPrintable(out(), 'monitor')
    }),
  ))

test.run()
