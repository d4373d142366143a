import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCapture } from '@netloom/netlink/capture'
import { hostOrder } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { straceHelp, straceOptions } from '../../packages/netlink/dist/cli/trace-strace.js'
import { WaitingDatagrams } from '../../packages/netlink/dist/cli/trace-waiting.js'
import { runHere } from '../support/cli.js'
import { suiteNeeding } from '../support/privileges.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'

/** Traces real programs. */

const test = suiteNeeding('netloom trace', 'netns', 'strace')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))
const PREFIX = 'netloom-trace-test-'

/** Deletes the folders of killed tests. The name contains the process id of the owner. */
for (const name of readdirSync(tmpdir())) {
  const [owner] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-') : []
  if (owner && !isRunning(Number(owner))) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
// Ordinary users create files in it, too.
chmodSync(folder, 0o777)
test.after(() => rmSync(folder, { recursive: true }))

const env: NodeJS.ProcessEnv = { ...process.env, TMPDIR: folder }

interface Options {
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
}

/** Runs `netloom trace` in a new network namespace. */
function trace(args: readonly string[], { input = '', ...options }: Options = {}) {
  const all = ['--net', process.execPath, main, 'trace', ...args]
  const { status, stdout, stderr } = spawnSync('unshare', all, {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env,
    ...options,
  })
  return { status, stdout, stderr }
}

interface Message {
  readonly type: string
  readonly toKernel: boolean
  readonly process: { readonly pid: number; readonly name?: string }
}

/** Parses the JSON lines of a trace. Ignores the lines of the command. */
const messagesIn = (text: string): Message[] =>
  text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Message] : []))

const requestsIn = (text: string) => messagesIn(text).filter(({ toKernel }) => toKernel)

test('output, input and exit code of the command stay as they are', () => {
  const { status, stdout } = trace(['--', 'sh', '-c', 'cat; exit 7'], { input: 'text\0\n' })
  assert.equal([status, stdout], [7, 'text\0\n'])
})

test('the drawing of a trace, which contains no events, equals that of the namespace', () => {
  const file = join(folder, 'changes.pcapng')
  const changes = [
    'ip link add v0 type veth peer name v1; ip link add br0 type bridge; ip link add br1 type bridge',
    'ip link set v0 master br0 up; ip link set v1 name w1; ip link set br0 up',
    'ip address add 10.0.0.1/24 dev br0; ip address add 2001:db8::1/64 dev br0 nodad; ip address add 10.0.0.2 peer 10.0.0.3 dev br0',
    'ip route add default via 10.0.0.9 dev br0; ip route replace default via 10.0.0.8 dev br0',
    'ip address del 10.0.0.2 peer 10.0.0.3 dev br0; ip route add default via 10.0.0.7 dev br0 metric 7; ip route del default metric 7',
    'ip link add v2 type veth peer name v3; ip link del v2; ip link set v0 nomaster; ip link set v0 master br1',
  ].join(';')
  const netloom = `'${process.execPath}' '${main}'`
  const script = `${netloom} trace -o ${file} -- sh -c '${changes}' && echo; ${netloom} graph; ${netloom} graph ${file}`
  const { stdout } = spawnSync('unshare', ['--net', 'sh', '-c', script], { encoding: 'utf8', env })
  const [present = '', traced = ''] = stdout.split(/^ .*(?:host|changes\.pcapng)\n/m).slice(1)
  assert.match(present, /br0 10\.0\.0\.1\/24 2001:db8::1\/64 ── default via 10\.0\.0\.8/)
  assert.is(traced.trimEnd(), present.trimEnd())
})

test('shows a refused request with the words of the kernel', () => {
  const { status, stdout, stderr } = trace(['ip', 'route', 'add', '10.0.0.0/8', 'via', '203.0.113.1'])
  assert.equal([status, stdout], [2, ''])
  assert.match(stderr, /Nexthop has invalid gateway/)
  assert.match(stderr, /ip\[\d+\]/)
  assert.match(stderr, /ENETUNREACH/)
})

test('marks the option of a bridge that the kernel refuses', () => {
  const script = `ip link add br0 type bridge; exec "$0" "$1" trace -- bridge fdb flush dev br0 vlan 4095`
  const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', script, process.execPath, main], {
    ...{ encoding: 'utf8', env },
  })
  assert.is(status, 255)
  const lines = stderr.split('\n')
  const at = lines.findIndex((line) => /^ +~+$/.test(line))
  assert.ok(at > 0, stderr)
  const [request = '', mark = '', words] = lines.slice(at - 1)
  assert.is(request.slice(mark.indexOf('~'), mark.length), 'vlan 4095')
  assert.match(request, /bridge\[\d+\] +delete fdb +dev br0 .*✗ ERANGE/)
  assert.match(words ?? '', /^ +the kernel: "integer out of range"$/)
  assert.match(stderr, / 1 refused/)
})

/** Joins the group of links with the smallest receive buffer, changes a link until it is too small, and reads what is left. */
const overrunning = `
import errno, socket, subprocess
listener = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
listener.bind((0, 1))
for state in ('up', 'down') * 8:
    subprocess.run(['ip', 'link', 'set', 'lo', state], check=True)
listener.setblocking(False)
errors = []
while errno.EAGAIN not in errors:
    try:
        listener.recv(65536)
    except OSError as error:
        errors.append(error.errno)
print(errors.count(errno.ENOBUFS))
`

test('a receive buffer that was full is an overrun in the trace, in a recorded file and in its counts', async () => {
  const file = join(folder, 'overrun.pcapng')
  const { status, stdout, stderr } = trace(['-o', file, '--', 'python3', '-c', overrunning])
  assert.equal([status, stdout], [0, '1\n'], stderr)
  const { lines } = await runHere(decode, file)
  assert.is(lines.filter((line) => / lost messages +a receive buffer was full/.test(line)).length, 1)
  assert.match(lines.at(-1) ?? '', / 0 refused, 1 overrun\b/)
  const json = await runHere(decode, '--json', '--filter', 'type=NLMSG_OVERRUN', file)
  assert.equal(
    json.lines.map((line) => JSON.parse(line)).map(({ protocol, role, process }) => [protocol, role, process.name]),
    [['NETLINK_ROUTE', 'event', 'python3']],
  )
  const stats = await runHere(decode, '--stats', file)
  assert.ok(stats.lines.some((line) => /^NLMSG_OVERRUN +1 /.test(line)))
})

/** Runs `netloom trace` of one refused and two other requests, and returns the lines of the trace. */
function traced(...options: string[]): string[] {
  const script = 'ip link add t0 type bridge; ip link del t0; ip route add 10.0.0.0/8 via 203.0.113.1 2>/dev/null'
  const { status, stderr } = trace([...options, '--', 'sh', '-c', script])
  assert.is(status, 2, stderr)
  return stderr.trimEnd().split('\n')
}

test('--filter, --refused and --stats select and count', () => {
  const [deleted, ...others] = traced('--filter', 'type=RTM_DELLINK and request')
  assert.match(deleted ?? '', /ip\[\d+\] +delete link/)
  assert.match(others.at(-1) ?? '', /1 selected/)
  const refused = traced('--refused')
  assert.match(refused[0] ?? '', /new route +10\.0\.0\.0\/8 .*✗ ENETUNREACH/)
  assert.not(refused.slice(0, -1).some((line) => line.includes('delete link')))
  assert.ok(traced('--stats').some((line) => /^RTM_DELLINK +1 /.test(line)))
})

test('-d and -x print all parts of each message, or of one conversation', () => {
  const all = traced('-d')
  assert.ok(
    all.some((line) => /^#1 .* → kernel ip\[\d+\] NETLINK_ROUTE RTM_/.test(line)),
    all[0],
  )
  assert.ok(all.some((line) => /IFLA_INFO_KIND +"bridge"/.test(line)))
  assert.ok(traced('-x').some((line) => /^ +\d+ ( [0-9a-f]{2})+ .*IFLA_IFNAME +"t0"/.test(line)))
  const number = all.findIndex((line) => line.includes('RTM_DELLINK'))
  const only = traced('-d', /^#(\d+)/.exec(all[number] ?? '')?.[1] ?? '')
  assert.match(only[0] ?? '', /RTM_DELLINK/)
  assert.ok(only.some((line) => line.includes('ip link del')))
  // The exit code stays that of the command.
  assert.ok(traced('-d', '9999').at(-1)?.startsWith('netloom: -d 9999: the capture has '))
})

test('a wrong filter is an error before the command runs', () => {
  const mark = join(folder, 'filter-mark')
  const { status, stderr } = trace(['--filter', 'type=', '--', 'touch', mark])
  assert.is(status, 2)
  assert.match(stderr, /^netloom: --filter: at position 6: expected /)
  assert.not(existsSync(mark))
})

test('keys are hidden, unless --secrets is given', () => {
  const key = '0x00112233445566778899aabbccddeeff'
  const args = ['xfrm', 'state', 'add', 'src', '192.0.2.1', 'dst', '192.0.2.2', 'proto', 'esp', 'spi', '1']
  const command = ['ip', ...args, 'enc', 'cbc(aes)', key]
  const hex = key.slice(2)
  const inHex = /00 11 22 33 44/
  for (const view of [['-x'], ['--json'], []]) {
    const { stderr } = trace([...view, '--', ...command])
    assert.match(stderr, view.length === 0 ? /new xfrm state|new state|XFRM_MSG_NEWSA/ : /XFRM_MSG_NEWSA/)
    assert.not(stderr.includes(hex) || inHex.test(stderr), view.join())
    if (view.length > 0) {
      const { stderr: shown } = trace([...view, '--secrets', '--', ...command])
      assert.ok(shown.includes(hex), `${view} --secrets: ${shown}`)
    }
  }
})

test('a log of strace shows keys only with --secrets', () => {
  const key = '00112233445566778899aabbccddeeff'
  const log = join(folder, 'keys.log')
  const ids = ['src', '192.0.2.1', 'dst', '192.0.2.2', 'proto', 'esp', 'spi', '1']
  const command = ['ip', 'xfrm', 'state', 'add', ...ids, 'enc', 'cbc(aes)', `0x${key}`]
  const options = straceOptions({ command, readWrite: false }, straceHelp())
  // A kernel without IPsec refuses the request, which is in the log all the same.
  spawnSync('unshare', ['--net', 'strace', ...options, '-o', log, '--', ...command], { stdio: 'ignore' })
  const decoded = (...view: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'decode', ...view, log], { encoding: 'utf8' })
    assert.is(status, 0, stderr)
    return stdout.replaceAll(' ', '')
  }
  for (const view of [[], ['-d'], ['-x'], ['-d', '1'], ['--json'], ['--json', '--words'], ['--stats']])
    assert.not(decoded(...view).includes(key.slice(0, 8)), view.join(' '))
  for (const view of [['-d'], ['-x'], ['--json']]) assert.ok(decoded(...view, '--secrets').includes(key.slice(0, 8)))
})

test('keeps the traffic of several processes with names and durations in a private pcapng file', () => {
  const file = join(folder, 'several.pcapng')
  const script = 'ip link add t0 type bridge; ip link show t0 >/dev/null; bridge fdb show; ip link del t0'
  const { status, stderr } = trace(['-o', file, '--', 'sh', '-c', script])
  assert.is(status, 0, stderr)
  assert.is(statSync(file).mode & 0o777, 0o600)
  const datagrams = [...readCapture(readFileSync(file))]
  assert.equal([...new Set(datagrams.map(({ process }) => process?.name))], ['ip', 'bridge'])
  assert.is(new Set(datagrams.map(({ process }) => process?.pid)).size, 4)
  assert.ok(datagrams.every(({ duration }) => duration !== undefined && duration < 60_000_000_000n))
  const times = datagrams.map(({ time }) => time)
  assert.equal(
    times,
    times.toSorted((one, other) => Number(one - other)),
  )
  assert.equal(spawnSync(process.execPath, [main, 'decode', file]).status, 0)
})

const threads = `
  import { Worker } from 'node:worker_threads'
  import { Netlink } from '@netloom/netlink'
  const code = "import('@netloom/netlink').then(({ Netlink }) => { using nl = Netlink.open(); nl.link.getSync('lo') })"
    .replace('using nl = Netlink.open(); nl.link.getSync', 'const nl = Netlink.open(); nl.link.getSync')
  for (let count = 0; count < 3; count++) new Worker(code, { eval: true })
  Netlink.open().link.getSync('lo')`

test('threads belong to their process', () => {
  const { status, stderr } = trace(['--json', '--', process.execPath, '--input-type=module', '-e', threads])
  assert.is(status, 0, stderr)
  const requests = requestsIn(stderr).filter(({ type }) => type === 'RTM_GETLINK')
  assert.ok(requests.length >= 4, String(requests.length))
  assert.is(new Set(requests.map(({ process }) => process.pid)).size, 1)
})

test('a command that a signal kills has the exit code of shells', () => {
  assert.is(trace(['--', 'sh', '-c', 'kill -TERM $$']).status, 128 + 15)
  const { status, stderr } = trace(['--', 'sh', '-c', 'ip link show lo; kill -KILL $$'])
  assert.is(status, 128 + 9)
  assert.match(stderr, 'get link')
  assert.not.match(stderr, 'strace was killed')
})

test('a child that outlives the command is traced until it ends', () => {
  const script = '(while kill -0 $$ 2>/dev/null; do sleep 0.01; done; exec ip link show lo) & exit 3'
  const { status, stdout, stderr } = trace(['--json', '--', 'sh', '-c', script])
  assert.is(status, 3)
  assert.match(stdout, /^1: lo:/)
  assert.ok(requestsIn(stderr).some(({ type, process }) => type === 'RTM_GETLINK' && process.name === 'ip'))
})

test('10,000 requests', () => {
  const batch = join(folder, 'batch')
  writeFileSync(batch, 'link show dev lo\n'.repeat(10_000))
  const { status, stderr } = trace(['--json', '--', 'ip', '-batch', batch])
  assert.is(status, 0)
  const messages = messagesIn(stderr)
  const count = (...is: [boolean, string]) =>
    messages.filter(({ toKernel, type }) => `${[toKernel, type]}` === `${is}`).length
  const requests = count(true, 'RTM_GETLINK')
  // ip may also request the link's index.
  assert.ok(requests >= 10_000 && requests <= 10_001, String(requests))
  assert.is(count(false, 'RTM_NEWLINK'), requests)
})

test('a command that cannot run has the exit codes of shells', () => {
  const script = join(folder, 'script')
  const file = (content: string, mode: number) => {
    writeFileSync(script, content)
    chmodSync(script, mode)
    const { status, stderr } = trace(['--', script])
    // The child of strace prints its own message, before or after.
    return [status, stderr.split('\n').findLast((line) => line.startsWith('netloom: '))]
  }
  assert.equal(trace(['--', 'no-such-command']), {
    ...{ status: 127, stdout: '', stderr: "netloom: there is no command 'no-such-command'\n" },
  })
  assert.equal(file('true', 0o644), [126, `netloom: '${script}' is not an executable file that you may run`])
  assert.equal(file('true', 0o755), [126, `netloom: the kernel cannot run '${script}': ENOEXEC`])
  assert.equal(file('#!/no/such/interpreter\n', 0o755), [127, `netloom: the kernel cannot run '${script}': ENOENT`])
  assert.equal(trace(['--', folder]).status, 126)
})

test('without strace the error contains how to install it', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'trace', '--', process.execPath], {
    ...{ encoding: 'utf8', env: { PATH: folder } },
  })
  assert.is(status, 1)
  assert.match(stderr, /^netloom: netloom trace needs strace: install it with 'apt install strace'/)
})

for (const [args, reason] of [
  [[], 'expected a COMMAND, -p PID or --all, got none of them'],
  [['-p', '1', '--', 'true'], 'expected a COMMAND, -p PID or --all, got a COMMAND and -p'],
  [['--all', '--', 'true'], 'expected a COMMAND, -p PID or --all, got a COMMAND and --all'],
  [['--netns', 'x', '--', 'true'], '--netns needs --all'],
  [['-p', 'init'], 'expected'],
] as const) {
  test(`usage: netloom trace ${args.join(' ')}`, () => {
    const { status, stdout, stderr } = trace(args)
    assert.equal([status, stdout], [2, ''])
    assert.ok(stderr.startsWith('netloom: ') && stderr.includes(reason), stderr)
  })
}

test('a full disk is an error that names the file', () => {
  const { status, stderr } = trace(['-o', '/dev/full', '--', 'true'])
  assert.equal([status, stderr], [1, 'netloom: write /dev/full: no space left on device (ENOSPC)\n'])
})

/** A loop of the shell that ends with this process, even if it is killed. netloom cannot end the command if it is killed, too. */
const WHILE_TESTED = `while kill -0 ${process.pid} 2>/dev/null; do sleep 0.05; done`

/** The children that a failed test may leave. */
const children: ChildProcess[] = []
test.after(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts `netloom trace`, and collects its output. */
function start(...args: string[]) {
  return startWith(env, ...args)
}

function startWith(variables: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [main, 'trace', ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: variables })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece) => (text += piece))
  return { child, output: () => text, ended: once(child, 'exit') }
}

/** Runs `netloom trace -o` in a namespace of mounts with a small disk, which it fills, and prints the file. */
const onSmallDisk = (exitCode: number) => {
  const disk = join(folder, `disk${exitCode}`)
  const dumps = 'for each in 1 2 3 4 5 6 7 8 9; do ip link show; done >/dev/null'
  const script = [
    `mkdir ${disk} && mount -t tmpfs -o size=8k none ${disk}`,
    `${process.execPath} ${main} trace -o ${disk}/x.pcapng -- sh -c '${dumps}; echo ready; exit ${exitCode}'`,
    'echo "exit code $?"',
    `${process.execPath} ${main} decode --json ${disk}/x.pcapng`,
  ]
  return spawnSync('unshare', ['--net', '--mount', 'sh', '-c', script.join('\n')], { encoding: 'utf8', env })
}

for (const [exitCode, expected] of [
  [0, 1],
  [3, 3],
] as const)
  test(`a disk that becomes full ends the file, not the command, which ends with ${exitCode}`, () => {
    const { status, stdout, stderr } = onSmallDisk(exitCode)
    assert.is(status, 0, stderr)
    const [ready, code, ...messages] = stdout.trim().split('\n')
    assert.equal([ready, code], ['ready', `exit code ${expected}`])
    const found = messages.map((line) => (JSON.parse(line) as Message).type)
    assert.ok(found.length > 4 && found.length < 40, found.join())
    assert.match(
      stderr,
      /^netloom: write .*x\.pcapng: no space left on device \(ENOSPC\): the file ends here, the trace goes on$/m,
    )
    // All requests are printed, also those after the error.
    assert.is(stderr.match(/dump links/g)?.length, 9, stderr)
  })

test('a full disk of the trace ends neither the command nor the file', () => {
  const file = join(folder, 'full.pcapng')
  for (const [exitCode, expected] of [
    [0, 1],
    [3, 3],
  ]) {
    const command = `${process.execPath} ${main} trace -o ${file} -- sh -c 'ip link show >/dev/null; echo ready; exit ${exitCode}'`
    const { status, stdout } = spawnSync('unshare', ['--net', 'sh', '-c', `${command} 2>/dev/full`], {
      encoding: 'utf8',
      env,
    })
    assert.equal([status, stdout], [expected, 'ready\n'])
    assert.ok([...readCapture(readFileSync(file))].length >= 4)
  }
})

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} in the middle leaves a complete file and the exit code of the command`, async () => {
    const file = join(folder, `${signal}.pcapng`)
    const dumps = `ip link show >/dev/null; echo ready; ${WHILE_TESTED}`
    const { child, output, ended } = start(
      '-o',
      file,
      '--',
      'sh',
      '-c',
      `trap 'ip link show; exit 7' ${signal.slice(3)}; ${dumps}`,
    )
    await until('the command', () => output().includes('ready'))
    child.kill(signal)
    assert.equal(await ended, [7, null])
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'decode', file], { encoding: 'utf8' })
    assert.equal([status, stderr], [0, ''])
    // One of them is what the trap sends.
    assert.is(stdout.match(/dump links/g)?.length, 2, stdout)
    // A command without a trap is killed by it.
    const killed = start('-o', file, '--', 'sh', '-c', dumps)
    await until('the command', () => killed.output().includes('ready'))
    killed.child.kill(signal)
    assert.equal(await killed.ended, [signal === 'SIGINT' ? 130 : 143, null])
    assert.is(spawnSync(process.execPath, [main, 'decode', file]).status, 0)
  })

test('leaves no file, and an output that cannot be created is an error before the command runs', () => {
  const mark = join(folder, 'mark')
  const { status, stderr } = trace(['-o', join(folder, 'missing', 'x.pcapng'), '--', 'touch', mark])
  assert.is(status, 1)
  assert.match(stderr, /^netloom: ENOENT/)
  assert.not(existsSync(mark))
  assert.equal(
    readdirSync(folder).filter((name) => /^netloom-trace-(?!test)/.test(name)),
    [],
  )
})

test('forwards signals to the command', async () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGUSR1'] as const) {
    const name = signal.slice(3)
    const { child, output, ended } = start('--', 'sh', '-c', `trap 'exit 9' ${name}; echo ready; ${WHILE_TESTED}`)
    await until('the command', () => output().includes('ready'))
    child.kill(signal)
    assert.equal(await ended, [9, null], signal)
  }
})

/** The processes of a command that ends with 4, and leaves one behind, which does not end with its terminal. */
const LEAVES_ONE = `(trap "" HUP; echo "left $$"; ${WHILE_TESTED}) & echo $!; exit 4`

/** Starts a trace of a command that leaves a process behind. Returns when the command has ended. */
async function startLeft() {
  const { output, ...others } = start('--', 'sh', '-c', LEAVES_ONE)
  const left = await until('the process', () => /^(\d+)$/m.exec(output())?.[1])
  const shell = await until('the command', () => /left (\d+)/.exec(output())?.[1])
  await until('the end of the command', () => !isRunning(Number(shell)))
  return { ...others, left: Number(left) }
}

test('a signal after the end of the command ends the processes that it left behind', async () => {
  const { child, left, ended } = await startLeft()
  child.kill('SIGTERM')
  assert.equal(await ended, [4, null])
  assert.not(isRunning(left))
})

test('signals until the very end do not replace the exit code', async () => {
  const { child, left, ended } = await startLeft()
  const timer = setInterval(() => child.kill('SIGTERM'), 1)
  assert.equal(await ended, [4, null])
  clearInterval(timer)
  assert.not(isRunning(left))
})

/** A folder with a program strace that starts the real one when the file `go` exists. */
function lateStrace(): { readonly path: string; readonly begun: string; readonly go: string } {
  const path = mkdtempSync(join(folder, 'late-'))
  const [begun, go] = [join(path, 'begun'), join(path, 'go')]
  const real = spawnSync('sh', ['-c', 'command -v strace'], { encoding: 'utf8' }).stdout.trim()
  const wait = `while [ ! -e '${go}' ] && kill -0 ${process.pid}; do sleep 0.01; done`
  const script = `#!/bin/sh\n[ "$1" = --help ] || { touch '${begun}'; ${wait}; }\nexec '${real}' "$@"\n`
  writeFileSync(join(path, 'strace'), script, { mode: 0o755 })
  return { path, begun, go }
}

test('a signal that comes before the command waits for it', async () => {
  const { path, begun, go } = lateStrace()
  const { child, ended } = startWith({ ...env, PATH: `${path}:${env.PATH}` }, '--', 'sh', '-c', WHILE_TESTED)
  await until('strace', () => existsSync(begun))
  child.kill('SIGTERM')
  writeFileSync(go, '')
  assert.equal(await ended, [128 + 15, null])
})

test('a reader that closes the output ends neither the command nor its trace', async () => {
  const file = join(folder, 'unread.pcapng')
  const show = 'ip link show lo >/dev/null'
  const script = `read line; ${show}; read line; ${show}; ${show}; exit 6`
  const { child, output, ended } = start('-o', file, '--', 'sh', '-c', script)
  child.stdin?.write('line\n')
  await until('the requests', () => output().includes('get link'))
  child.stderr?.destroy()
  child.stdin?.end('line\n')
  assert.equal(await ended, [6, null])
  const requests = [...readCapture(readFileSync(file))].filter(({ process }) => process?.name === 'ip')
  assert.is(new Set(requests.map(({ process }) => process?.pid)).size, 3)
})

test('reports that strace was killed', async () => {
  const { child, output, ended } = start('--', 'sh', '-c', `echo "command $$"; ${WHILE_TESTED}`)
  const command = Number(await until('the command', () => /command (\d+)/.exec(output())?.[1]))
  const tracer = () => Number(/^TracerPid:\s*(\d+)/m.exec(readFileSync(`/proc/${command}/status`, 'utf8'))?.[1])
  try {
    process.kill(tracer(), 'SIGKILL')
    assert.equal(await ended, [128 + 9, null])
    await until('the error', () =>
      output().includes(`netloom: strace was killed, so the traced calls of process ${command} `),
    )
  } finally {
    if (isRunning(command)) process.kill(command, 'SIGKILL')
    child.kill('SIGKILL')
  }
})

test('attaches to a process, and ends with it', async () => {
  const target = spawn('sh', ['-c', 'read line; ip link show lo; read line'], { stdio: ['pipe', 'ignore', 'inherit'] })
  children.push(target)
  const { output, ended } = start('-p', String(target.pid), '--json')
  await until('strace', () => /^TracerPid:\s*[1-9]/m.test(readFileSync(`/proc/${target.pid}/status`, 'utf8')))
  target.stdin?.write('line\n')
  await until('the requests', () => requestsIn(output()).some(({ type }) => type === 'RTM_GETLINK'))
  target.stdin?.end('line\n')
  assert.equal(await ended, [0, null])
})

test('a signal ends the trace of a process, which goes on', async () => {
  const target = spawn('sh', ['-c', 'read line; exit 5'], { stdio: ['pipe', 'ignore', 'inherit'] })
  children.push(target)
  const gone = once(target, 'exit')
  const { child, ended } = start('-p', String(target.pid))
  await until('strace', () => /^TracerPid:\s*[1-9]/m.test(readFileSync(`/proc/${target.pid}/status`, 'utf8')))
  child.kill('SIGTERM')
  assert.equal(await ended, [0, null])
  target.stdin?.end('line\n')
  assert.equal(await gone, [5, null])
})

test('names the tracer that holds the process already', async () => {
  const inner = trace(['--', process.execPath, main, 'trace', '--', 'ip', 'link', 'show', 'lo'])
  assert.is(inner.status, 1)
  assert.match(
    inner.stderr,
    /netloom: strace could not trace: another tracer, strace\[\d+\], holds netloom and its children, and the kernel allows only one\n/,
  )
  const target = spawn('sh', ['-c', 'read line'], { stdio: ['pipe', 'ignore', 'inherit'] })
  children.push(target)
  const { child, ended } = start('-p', String(target.pid))
  await until('strace', () => /^TracerPid:\s*[1-9]/m.test(readFileSync(`/proc/${target.pid}/status`, 'utf8')))
  const second = trace(['-p', String(target.pid)])
  assert.is(second.status, 1)
  assert.match(second.stderr, /another tracer, strace\[\d+\], holds the process, and the kernel allows only one\n/)
  child.kill('SIGTERM')
  await ended
  target.stdin?.end('line\n')
})

const UNPRIVILEGED = 65534
const asUser = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'trace', ...args], { encoding: 'utf8', env, uid: UNPRIVILEGED, gid: UNPRIVILEGED })

test('an ordinary user traces own processes only', () => {
  const { status, stdout, stderr } = asUser('--json', '--', 'ip', 'link', 'show', 'lo')
  assert.is(status, 0, stderr)
  assert.match(stdout, /^1: lo:/)
  assert.ok(requestsIn(stderr).some(({ type, process }) => type === 'RTM_GETLINK' && process.name === 'ip'))
  const refused = asUser('-p', String(process.pid))
  assert.is(refused.status, 1)
  assert.match(refused.stderr, /netloom: strace could not trace: it needs a process of yours, or CAP_SYS_PTRACE/)
})

test('--all names the missing module or capability', () => {
  const { status, stderr } = asUser('--all')
  assert.is(status, 1)
  assert.match(
    stderr,
    /^netloom: (creating an nlmon device needs the capability CAP_NET_ADMIN|the kernel has no devices of kind nlmon: )/,
  )
})

/** Returns a datagram with one message. */
const datagram = (protocol: number, flags: number, seq: number, pid: number, length = 16) => {
  const bytes = Buffer.alloc(length)
  if (length >= 16) {
    bytes[`writeUInt32${hostOrder}`](length, 0)
    bytes[`writeUInt16${hostOrder}`](flags, 6)
    bytes[`writeUInt32${hostOrder}`](seq, 8)
    bytes[`writeUInt32${hostOrder}`](pid, 12)
  }
  return { protocol, packetType: 4, bytes }
}

const REQUEST = 1
const ACK = 4
const SECOND = 1_000_000_000n

/** Adds datagrams, and returns the ports of those that do not wait at `now`. */
function portsAt(
  waiting: WaitingDatagrams,
  now: bigint,
  datagrams: readonly ReturnType<typeof datagram>[],
  isLast = false,
) {
  for (const each of datagrams) waiting.add({ ...each, time: 0n })
  return waiting.take(now, isLast).map(({ port }) => port)
}

test('--all finds the port of a request in its answer', () => {
  const ports = portsAt(
    new WaitingDatagrams(),
    0n,
    [
      datagram(0, REQUEST, 5, 0),
      datagram(0, REQUEST, 6, 0),
      datagram(16, REQUEST, 5, 0),
      datagram(0, 0, 5, 77),
      datagram(16, 2, 5, 88),
      datagram(0, REQUEST, 5, 0),
      datagram(0, 0, 5, 99),
      datagram(0, REQUEST, 5, 66),
      datagram(0, REQUEST, 5, 0),
      datagram(0, 0, 0, 0, 3),
      datagram(15, 0, 0, 0, 64),
    ],
    true,
  )
  assert.equal(ports, [77, 0, 88, 77, 88, 99, 99, 66, 0, 0, 0])
})

test('--all waits for answers, in order, and not forever', () => {
  const waiting = new WaitingDatagrams()
  assert.equal(
    portsAt(waiting, 0n, [datagram(0, 0, 1, 7), datagram(0, REQUEST | ACK, 5, 0), datagram(0, 0, 6, 8)]),
    [7],
  )
  assert.is(waiting.deadline, 10n * SECOND)
  assert.equal(portsAt(waiting, 9n * SECOND, []), [])
  assert.equal(portsAt(waiting, 9n * SECOND, [datagram(0, 0, 5, 9)]), [9, 8, 9])
  assert.is(waiting.deadline, undefined)
  // Only a request with NLM_F_ACK always has an answer.
  assert.equal(portsAt(waiting, 0n, [datagram(0, REQUEST, 5, 0), datagram(0, 0, 6, 8)]), [])
  assert.equal(portsAt(waiting, SECOND, []), [0, 8])
  // The answer of the next request does not belong to it anymore.
  assert.equal(portsAt(waiting, 0n, [datagram(0, REQUEST, 5, 0), datagram(0, 0, 5, 11)]), [11, 11])
})

test('output that is closed ends the trace quietly', () => {
  const script = `"${process.execPath}" "${main}" trace --json -- ip -batch "${join(folder, 'batch')}" 2>&1 >/dev/null | head -n 1`
  const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8', env })
  assert.is(status, 0)
  assert.is(stdout.trim().split('\n').length, 1)
})

/** Sets an option of the bridge br0 (arguments: attribute, number of bytes) to zeros, which no command does in a wrong size. */
const SET_OPTION = `import socket, struct, sys
def attr(kind, data): return struct.pack('=HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)
data = attr(2, attr(int(sys.argv[1]), bytes(int(sys.argv[2]))))
body = struct.pack('=BxHiII', 0, 0, socket.if_nametoindex('br0'), 0, 0) + attr(18, attr(1, b'bridge\\0') + data)
netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
netlink.setsockopt(270, 11, 1) # NETLINK_EXT_ACK
netlink.send(struct.pack('=IHHII', 16 + len(body), 16, 5, 1, 0) + body)
netlink.recv(65536)
`

for (const [attribute, size, member] of [
  [5, 1, 'stpState'],
  [46, 4, 'multiBoolopt'],
] as const)
  test(`a refused option of a bridge is named: ${member}`, () => {
    writeFileSync(join(folder, 'option.py'), SET_OPTION)
    const use = `ip link add br0 type bridge && exec "${process.execPath}" "${main}" trace -- python3 "${folder}/option.py" ${attribute} ${size}`
    const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', use], { encoding: 'utf8', env })
    assert.is(status, 0, stderr)
    const shown = `${stdout}${stderr}`
    assert.match(shown, /python3\[\d+\] +set link .*✗ ERANGE/)
    assert.match(shown, new RegExp(`the kernel: "[^"]+", at linkinfo\\.data\\.${member}`))
    assert.match(shown, /1 conversation, 0 events, 1 refused/)
  })

test.run()
