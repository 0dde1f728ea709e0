/** What a person can do on the page. */
export interface PlanActions {
  approve(): void;
  requestChanges(): void;
  /** Asks for the reason. */
  beginReject(): void;
  cancelReject(): void;
  reject(): void;
  retry(): void;
  show(revision: number): void;
  openFile(path: string): void;
  writeOverall(comment: string): void;
  /** Reveals the comment field of a chunk. */
  beginComment(chunk: number): void;
  writeComment(chunk: number, comment: string): void;
  /** Reveals the comment field of a paragraph. */
  beginParagraph(quote: string, field: string): void;
  writeParagraph(quote: string, comment: string): void;
  discardComments(): void;
}
