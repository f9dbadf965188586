// The outputs of a job. Each is tried, whether or not the others can be written.

import { WriteError } from '../base/errors.ts';

export interface Written {
  /** In the order of writing. */
  readonly written: readonly Output[];
  /** Errors of outputs that could not be written. */
  readonly unwritten: readonly WriteError[];
}

/** A file or a folder. */
export interface Output {
  /** `report`, `summaries for TensorBoard`, ... */
  readonly what: string;
  readonly path: string;
}

export type Outputs = ReturnType<typeof createOutputs>;

export function createOutputs() {
  const written: Output[] = [];
  const unwritten: WriteError[] = [];
  return {
    list: { written, unwritten } as Written,
    /** Adds an error of what need not have been written, if there is one. */
    fail(error: WriteError | undefined): void {
      if (error !== undefined) unwritten.push(error);
    },
    async add(what: string, path: string, write: () => Promise<unknown>): Promise<void> {
      try {
        await write();
        written.push({ what, path });
      } catch (error) {
        if (!(error instanceof WriteError)) throw error;
        unwritten.push(error);
      }
    },
  };
}
