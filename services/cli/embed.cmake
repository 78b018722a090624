# Writes the bytes of INPUT into OUTPUT as the elements of a C array.
file(READ ${INPUT} BYTES HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," ELEMENTS "${BYTES}")
file(WRITE ${OUTPUT} "${ELEMENTS}\n")
