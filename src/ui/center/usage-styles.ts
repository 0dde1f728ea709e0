import { css } from 'lit';
import { baseStyles } from '../base-styles.ts';

export const usageStyles = [
  baseStyles,
  css`
    :host {
      display: block;
    }

    .charts {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
      gap: 8px 24px;
    }

    figure {
      min-width: 0;
      margin: 0;
    }

    figcaption {
      font-weight: 600;
    }

    .plot {
      height: 76px;
    }

    .none {
      margin: 4px 0;
    }

    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      margin: 2px 0 0;
      padding: 0;
      list-style: none;
      font-size: 0.92em;
    }

    li {
      display: flex;
      align-items: center;
      gap: 6px;
      min-width: 0;
    }

    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    /* What the charting library needs of its own styles: it draws on a canvas. */
    .uplot,
    .u-wrap {
      position: relative;
    }

    .u-over,
    .u-under,
    .u-axis {
      position: absolute;
    }

    .uplot canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `,
];
