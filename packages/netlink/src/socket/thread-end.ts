import type { LibcFunction } from './libc.js'

// When a worker thread is terminated, no JavaScript runs. libc runs destructors, which are C functions with one argument. So one that
// makes system calls is written to memory of its own, which it frees at last. It finds the calls in a table, which can change.

/** The memory: 64 KiB for the code, then 64 KiB for the table, because pages have up to 64 KiB. The kernel backs only what is touched. */
const PART = 0x10000
/** Entries of the table: the number of a system call, and its argument. An unused entry has a negative number. */
const ENTRIES = 256
const ENTRY_SIZE = 16

/** The machine code without its end, the address of munmap(2). It is called with the address of the table. */
const CODE =
  process.arch === 'x64'
    ? {
        words:
          '5348 89fb' + // push %rbx; mov %rdi, %rbx
          '488b03 488b7b08' + // next: mov (%rbx), %rax; mov 8(%rbx), %rdi
          '4885c0 7802 0f05' + // test %rax, %rax; js unused; syscall
          '4883c310 f7c3ff0f0000 75e6' + // unused: add $16, %rbx; test $0xfff, %ebx; jne next
          '488dbb00f0feff be00000200' + // lea -0x11000(%rbx), %rdi; mov $0x20000, %esi
          '5b 48b8', // pop %rbx; movabs munmap, %rax
        end: 'ffe0', // jmp *%rax
      }
    : {
        words:
          'e90300aa' + // mov x9, x0
          '2801c1a8 4800f8b7 010000d4' + // next: ldp x8, x0, [x9], #16; tbnz x8, #63, unused; svc #0
          '3f2d40f2 81ffff54' + // unused: tst x9, #0xfff; b.ne next
          '204540d1 4100a0d2' + // sub x0, x9, #0x11000; mov x1, #0x20000
          '50000058 00021fd6', // ldr x16, munmap; br x16; munmap:
        end: '',
      }

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** PROT_*, MAP_PRIVATE and MAP_ANONYMOUS, asm-generic/mman-common.h */
const READ_WRITE = 1 + 2
const READ_EXECUTE = 1 + 4
const PRIVATE_ANONYMOUS = 2 + 32

type Table = { readonly address: number; readonly unused: number[] }

/** Makes system calls when the thread ends that created it, also if it is terminated. */
export class ThreadEnd {
  readonly #libcFunction: (prototype: string) => LibcFunction
  readonly #memcpy: LibcFunction
  readonly #tables: Table[] = []

  /** @param libcFunction Looks up functions of libc. */
  constructor(libcFunction: (prototype: string) => LibcFunction) {
    this.#libcFunction = libcFunction
    this.#memcpy = libcFunction('long memcpy(size_t, const void *, size_t)')
  }

  /**
   * Makes a system call with one argument when the thread ends. Returns a function that cancels it. If the process may not create code,
   * nothing happens.
   */
  call(number: number, argument: number): () => void {
    const table = this.#tables.find(({ unused }) => unused.length > 0) ?? this.#addTable()
    const index = table?.unused.pop()
    if (table === undefined || index === undefined) return () => {}
    this.#write(table, index, number, argument)
    return () => {
      this.#write(table, index, -1, 0)
      table.unused.push(index)
    }
  }

  #write(table: Table, index: number, number: number, argument: number): void {
    const entry = Buffer.alloc(ENTRY_SIZE)
    entry.writeBigInt64LE(BigInt(number))
    entry.writeBigUInt64LE(BigInt(argument), 8)
    this.#memcpy(table.address + index * ENTRY_SIZE, entry, ENTRY_SIZE)
  }

  /** Returns undefined if the process may not create code. */
  #addTable(): Table | undefined {
    const mmap = this.#libcFunction('long mmap(size_t, size_t, int, int, int, long)')
    const munmap = this.#libcFunction('int munmap(size_t, size_t)')
    const mprotect = this.#libcFunction('int mprotect(size_t, size_t, int)')
    const code = mmap(0, 2 * PART, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0)
    if (code < 0) return undefined
    const table = { address: code + PART, unused: Array.from({ length: ENTRIES }, (_, index) => index) }
    const munmapAddress = this.#libcFunction('long dlsym(size_t, const void *)')(0, Buffer.from('munmap\0'))
    const bytes = this.#codeBytes(munmapAddress)
    this.#memcpy(code, bytes, bytes.length)
    for (const index of table.unused) this.#write(table, index, -1, 0)
    if (mprotect(code, PART, READ_EXECUTE) < 0 || !this.#register(code, table.address, munmapAddress)) {
      munmap(code, 2 * PART)
      return undefined
    }
    this.#tables.push(table)
    return table
  }

  #codeBytes(munmap: number): Buffer {
    const address = Buffer.alloc(8)
    address.writeBigUInt64LE(BigInt(munmap))
    return Buffer.concat([hex(CODE.words), address, hex(CODE.end)])
  }

  /**
   * Has libc call a function when this thread ends. musl has only keys for that, at most 128 in a process.
   * @param inLibrary An address in the library that must not be unloaded before.
   */
  #register(code: number, argument: number, inLibrary: number): boolean {
    try {
      return this.#libcFunction('int __cxa_thread_atexit_impl(size_t, size_t, size_t)')(code, argument, inLibrary) === 0
    } catch {
      const key = Buffer.alloc(4)
      if (this.#libcFunction('int pthread_key_create(void *, size_t)')(key, code) !== 0) return false
      return this.#libcFunction('int pthread_setspecific(unsigned int, size_t)')(key.readUInt32LE(), argument) === 0
    }
  }
}
