import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as Codec from '@netloom/netlink/codec'
import type { Exports } from './declared.js'

const built = fileURLToPath(new URL('../../packages/netlink/', import.meta.url))

/** A second copy of the package that never generates code. Its codecs always interpret their declarations. */
export interface InterpretedPackage {
  readonly exports: Exports
  readonly codec: typeof Codec
}

/** Loads the copy. The copied files are deleted afterwards. */
export async function loadInterpreted(): Promise<InterpretedPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-interpreted-'))
  const original = globalThis.Function
  try {
    mkdirSync(join(folder, 'packages'))
    for (const part of ['dist', 'package.json']) cpSync(join(built, part), join(folder, part), { recursive: true })
    symlinkSync(join(built, 'node_modules'), join(folder, 'node_modules'))
    const load = (name: string) => import(pathToFileURL(join(folder, 'dist', name, 'index.js')).href)
    const names = ['.', 'route', 'generic', 'netfilter', 'xfrm', 'diag', 'uevent', 'rdma', 'connector']
    const exports = (await Promise.all(names.map(load))) as Exports
    const codec = (await load('codec')) as typeof Codec
    const { mayGenerateCode } = await import(pathToFileURL(join(folder, 'dist/codec/code-generation.js')).href)
    // mayGenerateCode() checks once and keeps the result.
    globalThis.Function = deny as unknown as FunctionConstructor
    if (mayGenerateCode()) throw new Error('expected a copy that generates no code')
    return { exports, codec }
  } finally {
    globalThis.Function = original
    rmSync(folder, { recursive: true })
  }
}

function deny(): never {
  throw new EvalError('code generation is disabled')
}
