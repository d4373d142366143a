import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commands } from '../../packages/netlink/dist/cli/commands.js'
import { completion } from '../../packages/netlink/dist/cli/completion.js'
import { runHere } from '../support/cli.js'

const test = suite('netloom completion')

const folder = mkdtempSync(join(tmpdir(), 'netloom-completion-'))
test.after(() => rmSync(folder, { recursive: true }))

const script = (await runHere(completion(commands), 'bash')).lines.join('\n')

/** Returns what bash completes the last word to. The namespaces are those of a folder. */
function complete(...line: string[]): string[] {
  const words = line.map((word) => `'${word}'`).join(' ')
  const code = `${script.replaceAll('/run/netns', folder)}
COMP_WORDS=(netloom ${words}); COMP_CWORD=${line.length}; _netloom; printf '%s\\n' "\${COMPREPLY[@]}"`
  const printed = execFileSync('bash', ['-c', code], { cwd: folder, encoding: 'utf8' })
  return printed.split('\n').filter((each) => each !== '')
}

test('completes commands, options, values and names', () => {
  assert.equal(complete('mon'), ['monitor'])
  assert.equal(complete('monitor', '--all'), ['--all-netns'])
  assert.equal(complete('graph', '--format', 'm'), ['mermaid'])
  assert.equal(complete('graph', '--format', '=', 's'), ['svg'])
  assert.equal(complete('dump', 'neighbours'), ['neighbours'])
  writeFileSync(join(folder, 'blue'), '')
  assert.equal(complete('dump', '--netns', 'bl'), ['blue'])
})

test('names are never evaluated', () => {
  const name = '$(touch evaluated)`touch evaluated`'
  mkdirSync(join(folder, name))
  assert.equal(complete('dump', '--netns', '$').length, 1)
  assert.not.match(execFileSync('ls', [folder], { encoding: 'utf8' }), /^evaluated$/m)
})

test.run()
