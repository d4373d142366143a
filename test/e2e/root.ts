import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Attachment } from '../cni-tap/attachment.js'
import { type Answer, type Call, callPlugin, plugin } from '../support/plugin.js'

const mount = (...args: string[]) => execFileSync('mount', args)

/** Path of the pod's namespace in a root. */
const netns = '/ns'

/** A root directory for the plugin, on a file system of its own. It contains nothing but the plugin's executable, as `/tap`. */
export class Root implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'netloom-root-'))

  constructor(readonly attachment: Attachment) {
    mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', this.folder)
    this.addProgram('/tap', plugin[0])
    writeFileSync(this.path(netns), '')
    mount('--bind', attachment.namespace.path, this.path(netns))
  }

  path(inside: string): string {
    return join(this.folder, inside)
  }

  addProgram(inside: string, program: string): void {
    mkdirSync(dirname(this.path(inside)), { recursive: true })
    copyFileSync(program, this.path(inside))
  }

  addProc(): void {
    mkdirSync(this.path('/proc'))
    mount('--rbind', '/proc', this.path('/proc'))
  }

  addTun(): void {
    mkdirSync(this.path('/dev/net'), { recursive: true })
    execFileSync('mknod', [this.path('/dev/net/tun'), 'c', '10', '200'])
  }

  addTmp(): void {
    mkdirSync(this.path('/tmp'))
    mount('-t', 'tmpfs', 'tmpfs', this.path('/tmp'))
  }

  makeReadOnly(): void {
    mount('-o', 'remount,ro', this.folder)
    assert.throws(() => writeFileSync(this.path('/file'), ''), /EROFS/)
  }

  /** Names of the files in the root itself. */
  names(): string[] {
    return readdirSync(this.folder).sort()
  }

  /** Runs the plugin in the root, through `limits`, a command that runs another one. */
  run(command: string, config: unknown, changes: Partial<Call> = {}, limits: readonly string[] = []): Answer {
    const call = this.attachment.call(command, config, { netns, path: '/plugins', ...changes })
    return callPlugin(call, [...limits, 'chroot', this.folder, '/tap'])
  }

  /** Runs the plugin, which must succeed. Returns what it prints. */
  succeed(command: string, config: unknown, changes?: Partial<Call>): Answer {
    const answer = this.run(command, config, changes)
    assert.is(answer.exitCode, 0, `${command}: ${answer.stdout}${answer.stderr}`)
    return answer
  }

  /** Runs the plugin, which must fail with a code and leave nothing. */
  fail(command: string, config: unknown, code: number, changes?: Partial<Call>): Answer {
    const answer = this.run(command, config, changes)
    assert.equal([answer.exitCode, answer.json?.code], [1, code], `${command}: ${answer.stdout}${answer.stderr}`)
    this.attachment.assertClean()
    return answer
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--recursive', '--lazy', this.folder])
    rmdirSync(this.folder)
  }
}
