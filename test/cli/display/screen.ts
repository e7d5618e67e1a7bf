/** A terminal to look at: what is written to its stream ends up on its screen, as in a window. */
import { Terminal } from '@xterm/headless';

export class Screen {
  readonly #terminal: Terminal;
  readonly stream: NodeJS.WriteStream;
  #pending: Promise<void> = Promise.resolve();

  constructor(columns: number, rows = 24) {
    this.#terminal = new Terminal({
      cols: columns,
      rows,
      convertEol: true,
      scrollback: 1000,
      allowProposedApi: true,
    });
    const write = (text: string) => {
      this.#pending = new Promise((resolve) => this.#terminal.write(text, resolve));
      return true;
    };
    this.stream = { isTTY: true, columns, rows, write } as NodeJS.WriteStream;
  }

  resize(columns: number, rows = 24): void {
    this.#terminal.resize(columns, rows);
    Object.assign(this.stream, { columns, rows });
  }

  /** Everything from the first line of the scrollback on, without empty lines at the end. */
  async lines(): Promise<string[]> {
    await this.#pending;
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, i) => active.getLine(i)?.translateToString(true) ?? '',
    );
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }
}
