#ifndef BD_EDGE_NRF_H
#define BD_EDGE_NRF_H

/* Starts the UART with its interrupt, on the pins of board.h. The pins are configured. */
void uart_start(void);

#endif
