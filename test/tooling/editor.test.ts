import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkOperations, names, servers } from '../support/api-in-editor.js'

/** Tests the API in an editor. pack.test.ts does the same with the installed package. */
const test = suite('the API in an editor')

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

for (const [server, start] of Object.entries(servers))
  test(`${server}: hover shows the documentation of every operation, and its definition is in the sources`, async () => {
    // Outside of the repository, as a user has it.
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      await checkOperations(start, folder, join(root, 'packages/netlink'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

/** Options that are times, and their units. */
const units: readonly (readonly [call: string, option: string, unit: string])[] = [
  [`nl.link.add({ name: 'x', kind: 'bridge', data: { ageingTime: 1 } })`, 'ageingTime', 'Hundredths of a second'],
  [`nl.link.set('x', { kind: 'bond', data: { miimon: 1 } })`, 'miimon', 'Milliseconds'],
  [`nl.link.add({ name: 'x', kind: 'vxlan', data: { ageing: 1 } })`, 'ageing', 'Seconds'],
  [`nl.address.add({ address: '::1', dev: 'x', validLifetime: 1 })`, 'validLifetime', 'Seconds'],
  [`nl.route.add({ dst: 'default', expires: 1 })`, 'expires', 'seconds'],
  [`nl.route.add({ dst: 'default', rtoMin: 1 })`, 'rtoMin', 'Milliseconds'],
  [`nl.qdisc.add({ dev: 'x', kind: 'fq_pie', options: { target: 1 } })`, 'target', 'Microseconds'],
  [`nl.link.list({}, { timeout: 1 })`, 'timeout', 'Milliseconds'],
]

// Version 7 shows no documentation of members of a union in an object literal.
for (const [server, start] of Object.entries(servers).filter(([name]) => name === 'TypeScript 5.9'))
  test(`${server}: hover shows the units of times`, async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      const compilerOptions = {
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2023', 'esnext.disposable'],
        strict: true,
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
      const head = [`import { Netlink } from '@netloom/netlink'`, 'const nl = Netlink.open()']
      const text = [...head, ...units.map(([call]) => call), ''].join('\n')
      const program = join(folder, 'program.ts')
      writeFileSync(program, text)
      const editor = await start(program, text)
      try {
        for (const [index, [call, option, unit]] of units.entries()) {
          const hover = await editor.hover({ line: head.length + index, character: call.indexOf(`${option}:`) })
          assert.ok(hover.includes(unit), `${option}: ${hover}`)
        }
      } finally {
        editor.close()
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

test('every operation has a synchronous form', () => {
  const asynchronous = names.filter((name) => !name.endsWith('Sync'))
  assert.is(asynchronous.length * 2, names.length)
  for (const name of asynchronous) assert.ok(names.includes(`${name}Sync`), name)
})

test.run()
